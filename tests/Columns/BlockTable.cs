using System.Globalization;
using System.Text;
using Analytics.Grains.ClickHouse;
using Analytics.Grains.Columns;
using Analytics.Tests.ClickHouse;

namespace Analytics.Tests.Columns;

/// <summary>A table as a metric has it, filled by blocks and read back as one text a cell.</summary>
internal sealed class BlockTable(EngineFixture engine, string database, IReadOnlyList<TableColumn> columns)
{
    public static async Task<BlockTable> CreateAsync(EngineFixture engine, IReadOnlyList<TableColumn> columns)
    {
        var database = await engine.NewDatabaseAsync();
        var fixedParts = FixedColumns.All.Select(column => $"{column.Name} {column.Sql}");
        var fieldParts = columns.Select(column => $"{SqlText.Identifier(column.Name)} {column.Type.ToSql()}");
        await (await engine.OpenAsync()).ExecuteAsync(
            $"CREATE TABLE {database}.m ({string.Join(", ", fixedParts.Concat(fieldParts))}) ENGINE = MergeTree PARTITION BY toYYYYMM(_inserted) ORDER BY _time");
        return new BlockTable(engine, database, columns);
    }

    public string Name => database + ".m";

    public async Task InsertAsync(IReadOnlyList<BatchRows> batches, uint insertedSeconds = 1_800_000_001)
    {
        var writer = NativeBlockWriter.Rent();
        writer.Write(batches, columns, insertedSeconds);
        var block = new InsertBlock(database, "m", writer.ColumnNames, writer.Written, writer.Rows, "token");
        await (await engine.OpenAsync()).InsertAsync(block);
        writer.Return();
    }

    /// <summary>Rows in log order: times, id, positions, one text a field, extras sorted by name.</summary>
    public async Task<string[]> ReadAsync()
    {
        var cells = columns.Select(column => Cell(SqlText.Identifier(column.Name), column.Type));
        var text = await engine.QueryTextAsync(
            $"""
            SELECT toUnixTimestamp64Milli(_time), hex(_id), toUnixTimestamp64Milli(_received), _partition, _offset, _seq, toUnixTimestamp(_inserted),
                {string.Concat(cells.Select(cell => cell + ", "))}
                arrayStringConcat(arrayMap(key -> concat(hex(key), ':', hex(_extra[key])), arraySort(mapKeys(_extra))), ',')
            FROM {Name} ORDER BY _partition, _offset, _seq
            """);
        return text.Split('\n');
    }

    /// <summary>What <see cref="ReadAsync"/> says of one row, from the row itself.</summary>
    public string Expect(TestRow row, int partition, uint insertedSeconds = 1_800_000_001)
    {
        var parts = new List<string>
        {
            Invariant(row.Time), Hex(row.Id), Invariant(row.Received), Invariant(partition), Invariant(row.Offset), Invariant(row.Sequence), Invariant(insertedSeconds),
        };
        foreach (var column in columns)
        {
            parts.Add(row.Fields.TryGetValue(column.Name, out var value) ? ValueModel.Stored(value, column.Type) ?? Absent(column.Type) : Absent(column.Type));
        }

        var extras = row.Fields
            .Where(field => columns.FirstOrDefault(column => column.Name == field.Key) is not { } column || ValueModel.Stored(field.Value, column.Type) is null)
            .Select(field => (Key: Encoding.UTF8.GetBytes(field.Key), Text: ValueModel.Extra(field.Value)))
            .OrderBy(field => Convert.ToHexString(field.Key), StringComparer.Ordinal)
            .Select(field => $"{Convert.ToHexString(field.Key)}:{Convert.ToHexString(field.Text)}");
        parts.Add(string.Join(',', extras));
        return string.Join('\t', parts);
    }

    private static string Absent(ColumnType type) => type >= ColumnType.ArrayBool ? "[]" : "NULL";

    private static string Hex(string text) => Convert.ToHexString(Encoding.UTF8.GetBytes(text));

    private static string Invariant(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Cell(string name, ColumnType type)
    {
        return type < ColumnType.ArrayBool
            ? $"ifNull({Scalar(name, type)}, 'NULL')"
            : $"concat('[', arrayStringConcat(arrayMap(e -> ifNull({Scalar("e", type)}, 'NULL'), {name}), ','), ']')";
    }

    private static string Scalar(string name, ColumnType type) => type switch
    {
        ColumnType.Bool or ColumnType.ArrayBool => $"toString(toUInt8({name}))",
        ColumnType.Int64 or ColumnType.ArrayInt64 => $"toString({name})",
        ColumnType.Float64 or ColumnType.ArrayFloat64 => $"toString(reinterpretAsInt64({name}))",
        ColumnType.DateTime => $"toString(toUnixTimestamp64Milli({name}))",
        _ => $"hex({name})",
    };
}
