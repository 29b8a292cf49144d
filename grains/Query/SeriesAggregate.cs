namespace Analytics.Grains.Query;

/// <summary>What a series shows of each interval.</summary>
public enum SeriesAggregate
{
    /// <summary>Rows, or values of the field.</summary>
    Count,

    /// <summary>Sum of the values; of integers exact.</summary>
    Sum,

    /// <summary>Average of the values.</summary>
    Avg,

    /// <summary>Smallest value.</summary>
    Min,

    /// <summary>Largest value.</summary>
    Max,

    /// <summary>Number of different values, exact.</summary>
    Unique,

    /// <summary>The median, exact.</summary>
    P50,

    /// <summary>What nine of ten values do not exceed, exact.</summary>
    P90,

    /// <summary>What 99 of 100 values do not exceed, exact.</summary>
    P99,
}
