using System.Globalization;
using System.Text;
using Analytics.Grains.ClickHouse;
using Analytics.Grains.Tables;

namespace Analytics.Silo.Http.DeadLetters;

/// <summary>Which dead letters are meant: those that satisfy every member that is set.</summary>
internal sealed record DeadLetterFilter
{
    /// <summary>Positions whose letter has been replayed, for <c>IN</c>.</summary>
    public const string ReplayedPositions =
        $"(SELECT partition, offset, seq FROM {SystemTables.DeadLetterReplays} FINAL WHERE state = 'replayed')";

    /// <summary>The reason's code.</summary>
    public string? Code { get; init; }

    /// <summary>The project the input named.</summary>
    public string? Project { get; init; }

    /// <summary>The metric the input named.</summary>
    public string? Metric { get; init; }

    /// <summary>The earliest time, UTC milliseconds since 1970, inclusive.</summary>
    public long? FromMs { get; init; }

    /// <summary>The end of the times, exclusive.</summary>
    public long? ToMs { get; init; }

    /// <summary>Only replayed ones, or only others.</summary>
    public bool? IsReplayed { get; init; }

    /// <summary>Only these.</summary>
    public IReadOnlyList<DeadLetterPosition>? Positions { get; init; }

    /// <summary>Only those before it.</summary>
    public DeadLetterCursor? Before { get; init; }

    /// <summary>Only those after it.</summary>
    public DeadLetterCursor? After { get; init; }

    /// <summary>Whether no member says what the letters are like.</summary>
    public bool IsEmpty => (Code, Project, Metric, FromMs, ToMs, Positions) is (null, null, null, null, null, null);

    /// <summary>The WHERE clause over <c>analytics.dead_letters</c>; texts go into <paramref name="parameters"/>.</summary>
    public string ToSql(Dictionary<string, string> parameters)
    {
        var sql = new StringBuilder("WHERE 1");
        AddText("code", Code);
        AddText("project", Project);
        AddText("metric", Metric);
        Add(FromMs is { } fromMs ? $"_time >= {Time(fromMs)}" : null);
        Add(ToMs is { } toMs ? $"_time < {Time(toMs)}" : null);
        Add(IsReplayed is { } isReplayed ? $"(_partition, _offset, _seq) {(isReplayed ? "IN" : "NOT IN")} {ReplayedPositions}" : null);
        Add(Positions is { } positions ? $"(_partition, _offset, _seq) IN ({string.Join(',', positions.Select(position => position.ToSql()))})" : null);
        Add(Before is { } before ? Compare("<", before) : null);
        Add(After is { } after ? Compare(">", after) : null);
        return sql.ToString();

        void AddText(string column, string? value)
        {
            if (value is not null)
            {
                sql.Append(CultureInfo.InvariantCulture, $" AND {column} = {{{column}:String}}");
                parameters[column] = SqlText.Parameter(value);
            }
        }

        void Add(string? condition) => sql.Append(condition is null ? string.Empty : " AND ").Append(condition);
    }

    /// <summary>A time as SQL.</summary>
    public static string Time(long timeMs) => string.Create(CultureInfo.InvariantCulture, $"fromUnixTimestamp64Milli({timeMs}, 'UTC')");

    // The time alone first: the table is ordered by it.
    private static string Compare(string sign, DeadLetterCursor cursor) =>
        $"_time {sign}= {Time(cursor.TimeMs)} AND (_time, _partition, _offset, _seq) {sign} "
        + $"({Time(cursor.TimeMs)}, {cursor.Position.ToSql()[1..]}";
}
