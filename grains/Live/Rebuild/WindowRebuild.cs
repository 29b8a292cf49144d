using System.Globalization;
using Analytics.Grains.ClickHouse;
using Analytics.Grains.Columns;
using Analytics.Grains.Live.Windows;

namespace Analytics.Grains.Live.Rebuild;

/// <summary>Makes the windows over event time from a table's rows. The table is sorted by that time: only the rows of the windows are read for them.</summary>
internal sealed class WindowRebuild(IClickHouse clickHouse, string table, RowScope scope)
{
    /// <summary>Adds the rows.</summary>
    public async Task AddAsync(EventWindows windows, CancellationToken cancellationToken)
    {
        var nowMs = windows.Advance();
        var endMs = (windows.Seconds.LastKept(nowMs) + 1) * 1000;
        var late = string.Create(
            CultureInfo.InvariantCulture,
            $"SELECT 'late', '', toString(countIf({FixedColumns.ReceivedMsSql} - {FixedColumns.TimeMsSql} > {windows.Clock.GraceMs})) FROM {table} WHERE {scope.Condition}");
        var coming = $"SELECT 'coming', toString({SlotSql(1000)} AS slot), toString(count()) FROM {table} WHERE {scope.Condition} AND {FixedColumns.Time} >= {TimeSql(endMs)} " +
            $"GROUP BY slot ORDER BY slot LIMIT {EventWindows.ComingMax + 1}";
        var rings = windows.Rings;
        var slots = rings.Select((ring, index) =>
            $"SELECT '{index}', toString({SlotSql(ring.SlotMs)} AS slot), toString(count()) FROM {table} WHERE {scope.Condition} " +
            $"AND {FixedColumns.Time} >= {TimeSql(ring.FirstKept(nowMs) * ring.SlotMs)} AND {FixedColumns.Time} < {TimeSql(endMs)} GROUP BY slot");
        foreach (var row in await clickHouse.ReadRowsAsync(string.Join(" UNION ALL ", [late, $"({coming})", .. slots]), null, cancellationToken))
        {
            var count = Text.Int64(row[2]!);
            switch (row[0])
            {
                case "late":
                    windows.AddLate(count);
                    break;
                case "coming":
                    windows.AddSecond(Text.Int64(row[1]!) * 1000, count, nowMs);
                    break;
                default:
                    rings[Text.Int32(row[0]!)].Add(Text.Int64(row[1]!), count, nowMs);
                    break;
            }
        }
    }

    private static string SlotSql(int slotMs) => string.Create(CultureInfo.InvariantCulture, $"intDiv({TimeSlot.BeginSql(slotMs)}, {slotMs})");

    private static string TimeSql(long timeMs) => string.Create(CultureInfo.InvariantCulture, $"fromUnixTimestamp64Milli({timeMs}, 'UTC')");
}
