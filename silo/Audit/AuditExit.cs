namespace Analytics.Silo.Audit;

/// <summary>Exit codes of the command.</summary>
internal static class AuditExit
{
    /// <summary>Everything is there, once.</summary>
    public const int Clean = 0;

    /// <summary>Faults were found.</summary>
    public const int Faults = 1;

    /// <summary>The audit could not be done.</summary>
    public const int NotDone = 2;
}
