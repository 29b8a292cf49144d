using Analytics.Grains.ClickHouse;

namespace Analytics.Grains.Tables;

/// <summary>What all tables of a server share: their columns are read together, and entered together into <c>analytics.fields</c>. Safe to call from any thread.</summary>
internal sealed class TableCatalog
{
    /// <summary>Tables of a query. A hundred names are 5 KB of SQL; a query of one table takes 3-5 ms, one of a hundred twice that.</summary>
    internal const int TablesMax = 100;

    private readonly GroupedReads<(string Database, string Table), IReadOnlyList<(string Name, string Type)>> _columns;

    /// <summary>Nothing is asked of the server yet.</summary>
    public TableCatalog(IClickHouse clickHouse, TimeProvider time)
    {
        Fields = new SystemRows(clickHouse, SystemTables.FieldsTable, time);
        _columns = new(tables => ReadAsync(clickHouse, tables), [], TablesMax);
    }

    /// <summary>Takes the columns that are made.</summary>
    public SystemRows Fields { get; }

    /// <summary>A table's columns in their order, with their SQL types; empty when there is no such table. The type is empty where a column cannot be written.</summary>
    /// <exception cref="ClickHouseException">They cannot be read now.</exception>
    public async Task<IReadOnlyList<(string Name, string Type)>> ReadColumnsAsync(TablePlace place, CancellationToken cancellationToken)
    {
        var shown = _columns.ReadAsync((place.Database, place.Table), cancellationToken);
        if (!place.IsDistributed)
        {
            return await shown;
        }

        // A column is there when both tables have it. Somebody may have changed one of them; what shows the rows is changed last.
        var stored = (await _columns.ReadAsync((place.RowsDatabase, place.RowsTable), cancellationToken)).Select(static column => column.Name).ToHashSet(StringComparer.Ordinal);
        return [.. (await shown).Where(column => stored.Contains(column.Name))];
    }

    private static async Task<IReadOnlyDictionary<(string Database, string Table), IReadOnlyList<(string Name, string Type)>>> ReadAsync(
        IClickHouse clickHouse, IReadOnlyCollection<(string Database, string Table)> tables)
    {
        // The two plain conditions let the engine look at these databases only; a MATERIALIZED or ALIAS column is as foreign as one of another type.
        var rows = await clickHouse.ReadRowsAsync(
            "SELECT database, table, name, if(default_kind IN ('', 'DEFAULT'), type, '') FROM system.columns " +
            $"WHERE database IN ({Literals(tables.Select(static key => key.Database))}) AND table IN ({Literals(tables.Select(static key => key.Table))}) " +
            $"AND (database, table) IN ({string.Join(", ", tables.Select(static key => $"({SqlText.Literal(key.Database)}, {SqlText.Literal(key.Table)})"))}) " +
            "ORDER BY database, table, position",
            null, CancellationToken.None);
        return rows.GroupBy(static row => (row[0]!, row[1]!)).ToDictionary(
            static group => group.Key, static group => (IReadOnlyList<(string, string)>)[.. group.Select(static row => (row[2]!, row[3]!))]);
    }

    private static string Literals(IEnumerable<string> names) => string.Join(", ", names.Distinct(StringComparer.Ordinal).Select(SqlText.Literal));
}
