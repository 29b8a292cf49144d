using Analytics.GrainInterfaces.Views;
using Analytics.Grains.ClickHouse;
using Analytics.Grains.Columns;
using Analytics.Grains.Live.Rebuild;

namespace Analytics.Grains.Views.Sinks;

/// <summary>A view's rows for its sinks. Belongs to the actor's turn.</summary>
internal sealed class SinkRows : ISinkRows
{
    /// <summary>The engine.</summary>
    public required IClickHouse ClickHouse { get; init; }

    /// <summary>The metric's views.</summary>
    public required MetricViews Views { get; init; }

    /// <summary>The view.</summary>
    public required ViewState View { get; init; }

    /// <summary>The quoted table; <see langword="null"/> when there is none.</summary>
    public required string? Table { get; init; }

    /// <summary>The type of a field's column, planned or there.</summary>
    public required Func<string, ColumnType?> TypeOf { get; init; }

    /// <summary>The type of a column that the table has.</summary>
    public required Func<string, ColumnType?> StoredTypeOf { get; init; }

    /// <inheritdoc />
    public required bool AreAllStored { get; init; }

    /// <inheritdoc />
    public RollupShape Shape => RollupShape.Of(View.Definition, TypeOf);

    /// <inheritdoc />
    public long CloseOf(long startMs) => View.CloseOf(startMs);

    /// <inheritdoc />
    public long LastClosed(long timeMs) => View.LastClosed(timeMs);

    /// <inheritdoc />
    public async Task<long?> FirstWindowAsync(long fromMs, long nowMs, CancellationToken cancellationToken)
    {
        if (Table is not null && !View.Keeps(fromMs, nowMs))
        {
            // The table is sorted by it: this reads the rows around one place of it.
            var rows = await ClickHouse.ReadRowsAsync(
                $"SELECT toString(toUnixTimestamp64Milli(min({FixedColumns.Time}))), toString(count() > 0) FROM (SELECT {FixedColumns.Time} FROM {Table} " +
                $"WHERE {FixedColumns.Time} >= fromUnixTimestamp64Milli({fromMs.ToString(System.Globalization.CultureInfo.InvariantCulture)}, 'UTC') ORDER BY {FixedColumns.Time} LIMIT 1)",
                null, cancellationToken);
            if (rows[0][1] == "1")
            {
                return View.FirstWindowOf(Text.Int64(rows[0][0]!), fromMs);
            }
        }

        return View.FirstWindow(fromMs);
    }

    /// <inheritdoc />
    public async Task<IReadOnlyList<ViewWindow>> WindowsAsync(long firstMs, long lastMs, long nowMs, int windowsMax, int rowsMax, CancellationToken cancellationToken)
    {
        if (View.Keeps(firstMs, nowMs) || Table is null)
        {
            return View.Between(firstMs, lastMs, windowsMax, rowsMax);
        }

        var part = await Views.MakePartAsync(ClickHouse, View, TypeOf, Table, StoredTypeOf, firstMs, lastMs + View.Definition.WindowMs, cancellationToken);
        return part.Between(firstMs, lastMs, windowsMax, rowsMax);
    }

    /// <inheritdoc />
    public void NoteWritten(long beforeMs) => View.NoteWritten(beforeMs);
}
