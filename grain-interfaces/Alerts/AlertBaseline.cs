namespace Analytics.GrainInterfaces.Alerts;

/// <summary>What a number is compared with to find that it is unusual.</summary>
public enum AlertBaseline
{
    /// <summary>What it was recently.</summary>
    Recent,

    /// <summary>What it was at the same hour of earlier days.</summary>
    EarlierDays,
}
