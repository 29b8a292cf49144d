namespace Analytics.Grains.Views.Sinks;

/// <summary>What a sink's column is of.</summary>
internal enum RollupSource
{
    /// <summary>The window's begin.</summary>
    Start,

    /// <summary>The window's end.</summary>
    End,

    /// <summary>Whether the row is all groups beyond the limit.</summary>
    Other,

    /// <summary>A value of the group.</summary>
    Group,

    /// <summary>An aggregate.</summary>
    Aggregate,
}
