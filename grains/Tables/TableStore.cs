using Analytics.GrainInterfaces.Schema;
using Analytics.Grains.ClickHouse;
using Analytics.Grains.Columns;

namespace Analytics.Grains.Tables;

/// <summary>
/// One metric's table in ClickHouse: reads what is there and makes it what the plan says. The metric's actor is its only user,
/// one call at a time; nobody else issues DDL for the table.
/// </summary>
internal sealed class TableStore
{
    private readonly IClickHouse _clickHouse;
    private readonly TableCatalog _catalog;

    // Columns made or changed here that analytics.fields does not show yet.
    private readonly HashSet<TableColumn> _unrecorded = [];
    private IReadOnlyList<TableColumn>? _columns;
    private bool _isAbsent;

    // Names of all columns that were ever read; null as long as there was no table.
    private HashSet<string>? _seen;

    /// <summary>The table of a metric; nothing is asked of the server yet.</summary>
    /// <param name="clickHouse">The engine.</param>
    /// <param name="catalog">What the server's tables share.</param>
    /// <param name="database">Unquoted.</param>
    /// <param name="table">Unquoted.</param>
    public TableStore(IClickHouse clickHouse, TableCatalog catalog, string database, string table)
    {
        _clickHouse = clickHouse;
        _catalog = catalog;
        Place = new TablePlace(clickHouse.Layout, database, table);
    }

    /// <summary>Where it is.</summary>
    public TablePlace Place { get; }

    /// <summary>Database and table, quoted.</summary>
    public string QuotedName => Place.QuotedName;

    /// <summary>How long a table that is made here keeps its rows.</summary>
    public RetentionPolicy Retention { get; set; } = RetentionPolicy.Forever;

    /// <summary>Whether the table, or a column of it, was once read and later found missing: what it held is gone, also when it was made again.</summary>
    public bool HasLostData { get; private set; }

    /// <summary>Whether the table has this column, as far as was last read.</summary>
    public bool Has(TableColumn column) => _columns?.Contains(column) ?? false;

    /// <summary>Forgets what was read: somebody else may have changed the table. It is read again before it is used.</summary>
    public void Forget()
    {
        _columns = null;
        _isAbsent = false;
    }

    /// <summary>Reads the table's columns, unless they are known.</summary>
    public Task EnsureReadAsync(CancellationToken cancellationToken) =>
        _columns is null && !_isAbsent ? ReadAsync(cancellationToken) : Task.CompletedTask;

    /// <summary>Reads the table's columns.</summary>
    /// <returns><see langword="null"/> when there is no such table.</returns>
    public async Task<TableDescription?> ReadAsync(CancellationToken cancellationToken)
    {
        var all = await _catalog.ReadColumnsAsync(Place, cancellationToken);
        _isAbsent = all.Count == 0;
        if (_isAbsent)
        {
            _columns = null;
            HasLostData |= _seen is not null;
            return null;
        }

        var description = TableDescription.Of(all);
        _columns = description.Columns;
        See(description.Columns.Select(column => column.Name));
        return description;
    }

    private void See(IEnumerable<string> names)
    {
        var now = names.ToHashSet(StringComparer.Ordinal);
        _seen ??= [];
        HasLostData |= !_seen.IsSubsetOf(now);
        _seen.UnionWith(now);
    }

    /// <summary>The highest durable offset of each log partition that has rows here.</summary>
    public async Task<Dictionary<int, long>> ReadPositionsAsync(CancellationToken cancellationToken)
    {
        var rows = await _clickHouse.ReadRowsAsync(
            $"SELECT toString({FixedColumns.Partition}), toString(max({FixedColumns.Offset})) FROM {QuotedName} GROUP BY {FixedColumns.Partition}",
            null, cancellationToken);
        return rows.ToDictionary(row => Live.Rebuild.Text.Int32(row[0]!), row => Live.Rebuild.Text.Int64(row[1]!));
    }

    /// <summary>Makes sure that database, table and columns are there: creates, adds, widens, then reads back what the table has now.</summary>
    /// <param name="wanted">The plan's columns.</param>
    /// <param name="cancellationToken">Gives up between statements.</param>
    /// <exception cref="ClickHouseException">A statement was refused.</exception>
    /// <exception cref="TableChangedException">The table is not as wanted afterwards: somebody else made a column what it is.</exception>
    public async Task EnsureAsync(IReadOnlyList<TableColumn> wanted, CancellationToken cancellationToken)
    {
        if (_columns is null || !wanted.All(Has))
        {
            await ChangeAsync(wanted, cancellationToken);
        }

        if (_unrecorded.Count > 0)
        {
            await _catalog.Fields.AddAsync(SystemTables.FieldRows(Place.Database, Place.Table, _unrecorded), cancellationToken);
            _unrecorded.Clear();
        }
    }

    private async Task ChangeAsync(IReadOnlyList<TableColumn> wanted, CancellationToken cancellationToken)
    {
        var isReadNow = _columns is null;
        if (_columns is null && (_isAbsent || await ReadAsync(cancellationToken) is null))
        {
            // One that somebody else makes meanwhile is left as it is: what it has is read back in any case.
            foreach (var statement in Place.Create(wanted))
            {
                await _clickHouse.ExecuteAsync(statement, cancellationToken);
            }

            _unrecorded.UnionWith(wanted);
            if (Retention != RetentionPolicy.Forever)
            {
                await new TableRetention(_clickHouse, Place).ApplyAsync(Retention, cancellationToken);
            }

            await ReadAsync(cancellationToken);
        }

        var before = _columns ?? [];
        _unrecorded.UnionWith(wanted.Except(before));
        foreach (var statement in Place.Alter(before, wanted))
        {
            await _clickHouse.ExecuteAsync(statement, cancellationToken);
            isReadNow = false;
        }

        if (!isReadNow)
        {
            await ReadAsync(cancellationToken);
        }

        if (wanted.FirstOrDefault(column => !Has(column)) is { } missing)
        {
            throw new TableChangedException(
                $"After its DDL, table {QuotedName} has no column {SqlText.Identifier(missing.Name)} of type {missing.Type.ToSql()}.");
        }
    }
}
