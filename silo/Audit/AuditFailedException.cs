namespace Analytics.Silo.Audit;

/// <summary>An audit could not be done, for a reason that the caller can mend.</summary>
internal sealed class AuditFailedException(string message) : Exception(message);
