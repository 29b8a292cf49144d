namespace Analytics.GrainInterfaces.Views;

/// <summary>What a view shows of a group of rows in a window.</summary>
public enum ViewAggregateKind
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

    /// <summary>Number of different values, exact up to 256, then within 1.6 % (one standard deviation).</summary>
    Unique,

    /// <summary>The median, within 1 % of the value.</summary>
    P50,

    /// <summary>What nine of ten values do not exceed, within 1 %.</summary>
    P90,

    /// <summary>What 99 of 100 values do not exceed, within 1 %.</summary>
    P99,

    /// <summary>The group's part of the window's sum of the field, or of its rows: 0 to 1.</summary>
    Share,

    /// <summary>The group's place by its sum of the field, or by its rows: 1 is the largest, equal ones have the same.</summary>
    Rank,

    /// <summary>The part of the other groups whose sum of the field, or whose rows, are fewer: 0 to 1, as SQL's <c>percent_rank()</c>.</summary>
    PercentRank,
}
