namespace Analytics.Grains.Live.Sketches;

/// <summary>What a word of a <see cref="NumberTally"/> is.</summary>
internal enum NumberKind
{
    /// <summary>An integer.</summary>
    Integer,

    /// <summary>A double's bits.</summary>
    Double,

    /// <summary>UTC milliseconds since 1970.</summary>
    Time,
}
