namespace Analytics.Grains.Query;

/// <summary>A question for a metric's course over time, checked against its columns.</summary>
internal sealed record SeriesQuery
{
    /// <summary>Groups at most; the others are one more.</summary>
    public const int GroupsMax = 100;

    /// <summary>Intervals of all groups together: what a chart can show, and half a megabyte of answer.</summary>
    public const int PointsMax = 10_000;

    /// <summary>First event time, UTC milliseconds since 1970.</summary>
    public required long FromMs { get; init; }

    /// <summary>Event times are before this.</summary>
    public required long ToMs { get; init; }

    /// <summary>Length of an interval.</summary>
    public required SeriesStep Step { get; init; }

    /// <summary>What is shown.</summary>
    public SeriesAggregate Aggregate { get; init; }

    /// <summary>Of which field; <see langword="null"/> for rows.</summary>
    public Columns.TableColumn? Field { get; init; }

    /// <summary>A series for each value of this field; <see langword="null"/> for one series.</summary>
    public Columns.TableColumn? By { get; init; }

    /// <summary>How many groups, the largest ones; the rows of the others are one group.</summary>
    public int Groups { get; init; } = 10;

    /// <summary>The time zone that days and hours begin in, by its IANA name.</summary>
    public string TimeZone { get; init; } = "UTC";
}
