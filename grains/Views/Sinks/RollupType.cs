namespace Analytics.Grains.Views.Sinks;

/// <summary>The type of a sink's column; all but those every row has may be without a value.</summary>
internal enum RollupType
{
    /// <summary>Text.</summary>
    Text,

    /// <summary>True or false.</summary>
    Bool,

    /// <summary>An integer of 64 bits.</summary>
    Integer,

    /// <summary>An integer of 128 bits: a sum of integers.</summary>
    LargeInteger,

    /// <summary>A double.</summary>
    Number,

    /// <summary>A time, milliseconds.</summary>
    Time,
}
