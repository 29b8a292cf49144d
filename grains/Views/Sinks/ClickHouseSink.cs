using Analytics.GrainInterfaces.Views;
using Analytics.Grains.ClickHouse;
using Analytics.Grains.Live.Rebuild;
using Analytics.Grains.Tables;

namespace Analytics.Grains.Views.Sinks;

/// <summary>
/// A view's table in ClickHouse. Windows are written in order and all of an insert become visible together, as one part: so the newest window of the table tells which ones are there,
/// and nothing else has to be kept.
/// </summary>
internal sealed class ClickHouseSink(IClickHouse clickHouse, InsertScheduler inserts, string project, string metric, string view) : IViewSink
{
    // A minute of the shortest windows. A catch-up is bounded by it, and by rows.
    private const int WindowsOfInsert = 60;

    private readonly string _database = RollupName.Database(project);
    private readonly string _name = RollupName.Table(project, metric, view);
    private RollupShape? _made;

    /// <inheritdoc />
    public string Table => SqlText.Table(_database, _name);

    /// <inheritdoc />
    /// <remarks>On a cluster the same window is the same insert whenever it is tried: a replica that has not heard of it yet takes it once all the same.</remarks>
    public int WindowsMax => clickHouse.Layout.Cluster is null ? WindowsOfInsert : 1;

    /// <inheritdoc />
    public async Task<long?> ReadLastAsync(RollupShape shape, CancellationToken cancellationToken)
    {
        try
        {
            await EnsureAsync(shape, cancellationToken);
            var rows = await clickHouse.ReadRowsAsync(
                $"SELECT toString(toUnixTimestamp64Milli(max({RollupShape.StartName}))), toString(count()) FROM {Table} " +
                $"WHERE {RollupShape.DefinitionName} = {SqlText.Literal(shape.Definition)}", null, cancellationToken);
            return rows[0][1] == "0" ? null : Text.Int64(rows[0][0]!);
        }
        catch (ClickHouseException exception)
        {
            throw new SinkException(exception.Message, exception);
        }
    }

    /// <inheritdoc />
    public async Task WriteAsync(RollupShape shape, IReadOnlyList<ViewWindow> windows, CancellationToken cancellationToken)
    {
        try
        {
            await EnsureAsync(shape, cancellationToken);
            using var turn = await inserts.WaitTurnAsync(InsertUrgency.Aged, cancellationToken: cancellationToken);
            await turn.InsertAsync(RollupBlock.Of(_database, _name, shape, windows), cancellationToken);
        }
        catch (ClickHouseException exception)
        {
            _made = null;
            throw new SinkException(exception.Message, exception);
        }
    }

    /// <summary>Makes database, table and columns; a column of integers becomes one of doubles when its field's did.</summary>
    private async Task EnsureAsync(RollupShape shape, CancellationToken cancellationToken)
    {
        if (_made is { } made && made.Columns.SequenceEqual(shape.Columns))
        {
            return;
        }

        await clickHouse.ExecuteAsync(TableSql.CreateDatabase(_database, clickHouse.Layout), cancellationToken);
        await clickHouse.ExecuteAsync(RollupSql.Create(clickHouse.Layout, _database, _name), cancellationToken);
        var has = await clickHouse.ReadRowsAsync(
            $"SELECT name, type FROM system.columns WHERE database = {SqlText.Literal(_database)} AND table = {SqlText.Literal(_name)}", null, cancellationToken);
        if (RollupSql.Alter(clickHouse.Layout, Table, has.ToDictionary(row => row[0]!, row => row[1]!, StringComparer.Ordinal), shape.Columns) is { } alter)
        {
            await clickHouse.ExecuteAsync(alter, cancellationToken);
        }

        _made = shape;
    }
}
