using System.Globalization;
using Analytics.GrainInterfaces.Schema;
using Analytics.Grains.ClickHouse;
using Analytics.Grains.Columns;

namespace Analytics.Grains.Tables;

/// <summary>A retention policy as the TTL of a table: by the time rows were inserted, so that late and early event times do not matter.</summary>
internal static class RetentionSql
{
    private const string TtlStart = " TTL ";
    private const string TtlEnd = " SETTINGS ";

    /// <summary>The TTL clause without its keyword, in the engine's own spelling, so that what is read back compares equal; empty for a policy that does nothing.</summary>
    public static string Ttl(RetentionPolicy policy)
    {
        var parts = new List<string>();
        if (policy.MoveAfterDays is { } moveDays)
        {
            parts.Add($"{After(moveDays)} TO VOLUME {SqlText.Literal(policy.Volume!)}");
        }

        if (policy.DeleteAfterDays is { } deleteDays)
        {
            parts.Add(After(deleteDays));
        }

        return string.Join(", ", parts);
    }

    /// <summary>The TTL of a table, by <c>engine_full</c> of <c>system.tables</c>; empty when it has none.</summary>
    public static string TtlOf(string engineFull)
    {
        var start = engineFull.IndexOf(TtlStart, StringComparison.Ordinal);
        if (start < 0)
        {
            return string.Empty;
        }

        var end = engineFull.LastIndexOf(TtlEnd, StringComparison.Ordinal);
        return engineFull[(start + TtlStart.Length)..(end > start ? end : engineFull.Length)];
    }

    /// <summary>What gives a table this TTL instead of the one it has.</summary>
    public static string Alter(string quotedName, string ttl) =>
        ttl.Length == 0 ? $"ALTER TABLE {quotedName} REMOVE TTL" : $"ALTER TABLE {quotedName} MODIFY TTL {ttl}";

    private static string After(int days) => string.Create(CultureInfo.InvariantCulture, $"{FixedColumns.Inserted} + toIntervalDay({days})");
}
