using System.Globalization;
using Analytics.Grains.ClickHouse;
using Analytics.Grains.Columns;
using Analytics.Grains.Live.Sketches;

namespace Analytics.Grains.Live.Rebuild;

/// <summary>Makes quantiles and different values of columns from many rows. Whatever is counted, the answer is bounded, and so is the engine's memory for it.</summary>
internal sealed class TallyRebuild(IClickHouse clickHouse, string table, IReadOnlyList<TableColumn> columns, RowScope scope)
{
    // Selects of one statement: bounds its length and the memory of its GROUP BYs.
    private const int SelectsPerQuery = 32;

    // A GROUP BY that meets more values than are kept may stop early: the counts are given up then. That holds for the rows after a snapshot too: what is more
    // than is kept in some rows is more in all.
    private const int ValuesLimit = TextTally.ValuesMax + 1;

    // Rows that the first try to find a sample reads values of; and by how much more each further one does.
    private const long SampleRowsFirst = 4096;
    private const ulong SampleGrowth = 16;

    private const string Uniques = "u";
    private const string Frequencies = "f";
    private const string Quantiles = "q";

    /// <summary>Adds the rows of the scope to the live state.</summary>
    /// <param name="live">The state of other rows, or an empty one.</param>
    /// <param name="rowCount">How many rows there are.</param>
    /// <param name="cancellationToken">Gives up; the live state is not to be used then.</param>
    public async Task AddAsync(LiveMetric live, long rowCount, CancellationToken cancellationToken)
    {
        var counted = await CountAsync(live, cancellationToken);
        for (var i = 0; i < columns.Count; i++)
        {
            if (live.Fields[i].Tally is { IsExact: true } tally)
            {
                Add(tally, counted.GetValueOrDefault(i, []));
            }
        }

        await AddSketchesAsync(live, cancellationToken);
        for (var i = 0; i < columns.Count; i++)
        {
            if (live.Fields[i].Tally is { Frequencies: not null } tally)
            {
                await AddSampleAsync(tally, columns[i], rowCount, cancellationToken);
            }
        }
    }

    private static void Add(IValueTally tally, List<ValueRow> values)
    {
        if (values.Count >= ValuesLimit || !tally.HasRoomFor(values))
        {
            tally.GiveUp();
            return;
        }

        foreach (var value in values)
        {
            tally.Add(value);
        }
    }

    private async Task<Dictionary<int, List<ValueRow>>> CountAsync(LiveMetric live, CancellationToken cancellationToken)
    {
        var selects = Indexes(live, static field => field.Tally is { IsExact: true }).Select(i =>
        {
            var (name, type) = (SqlText.Identifier(columns[i].Name), columns[i].Type);
            return $"(SELECT '{i}', base64Encode(toString({SketchSql.Key(name, type)})), toString(count()), toString(min({SketchSql.Rank})) FROM {table} " +
                $"WHERE {scope.Condition} AND isNotNull({name}) GROUP BY {GroupKey(name, type)} LIMIT {ValuesLimit})";
        });
        var counted = new Dictionary<int, List<ValueRow>>();
        await foreach (var row in ReadAsync(selects, $" SETTINGS max_rows_to_group_by = {ValuesLimit}, group_by_overflow_mode = 'any'", cancellationToken))
        {
            var index = Text.Int32(row[0]!);
            if (!counted.TryGetValue(index, out var list))
            {
                counted.Add(index, list = []);
            }

            list.Add(new ValueRow(Convert.FromBase64String(row[1]!), Text.Int64(row[2]!), Text.UInt64(row[3]!)));
        }

        return counted;
    }

    private async Task AddSketchesAsync(LiveMetric live, CancellationToken cancellationToken)
    {
        var selects = Indexes(live, static field => field.Tally is { IsExact: false }).Select(i => Select(i, Uniques, SketchSql.Register("h"), $"max({SketchSql.RegisterRank("h")})", Hash(i)))
            .Concat(Indexes(live, static field => field.Tally?.Frequencies is not null).Select(i => Select(
                i, Frequencies, "counter", "count()", $"SELECT arrayJoin({SketchSql.Counters("h")}) AS counter FROM ({Hash(i)})")))
            .Concat(Indexes(live, static field => field.QuantilesOrNull is not null).Select(i => Select(
                i, Quantiles, "bucket", "count()", $"SELECT {SketchSql.Bucket(SqlText.Identifier(columns[i].Name))} AS bucket FROM {Where(i)}")));
        await foreach (var row in ReadAsync(selects, string.Empty, cancellationToken))
        {
            var field = live.Fields[Text.Int32(row[0]!)];
            var (at, value) = (Text.Int32(row[2]!), Text.Int64(row[3]!));
            switch (row[1])
            {
                case Uniques:
                    field.Tally!.Uniques!.Merge(at, (int)value);
                    break;
                case Frequencies:
                    field.Tally!.Frequencies!.Merge(at, value);
                    break;
                default:
                    field.QuantilesOrNull!.Add(at, value);
                    break;
            }
        }
    }

    /// <summary>Finds the values with the lowest ranks among rows of ranks below a bound, which is raised until there are enough: no GROUP BY of all values.</summary>
    private async Task AddSampleAsync(IValueTally tally, TableColumn column, long rowCount, CancellationToken cancellationToken)
    {
        var name = SqlText.Identifier(column.Name);
        var bound = rowCount <= SampleRowsFirst ? ulong.MaxValue : ulong.MaxValue / (ulong)rowCount * (ulong)SampleRowsFirst;
        while (true)
        {
            var rows = await clickHouse.ReadRowsAsync(
                $"SELECT base64Encode(toString({SketchSql.Key(name, column.Type)})), toString(min({SketchSql.Rank}) AS lowest) FROM {table} " +
                $"WHERE {scope.Condition} AND isNotNull({name}) AND {SketchSql.Rank} <= {bound.ToString(CultureInfo.InvariantCulture)} " +
                $"GROUP BY {GroupKey(name, column.Type)} ORDER BY lowest LIMIT {ValueSample<long>.ValuesMax}",
                null, cancellationToken);
            if (rows.Count < ValueSample<long>.ValuesMax && bound < ulong.MaxValue)
            {
                bound = bound > ulong.MaxValue / SampleGrowth ? ulong.MaxValue : bound * SampleGrowth;
                continue;
            }

            foreach (var row in rows)
            {
                tally.AddToSample(Convert.FromBase64String(row[0]!), Text.UInt64(row[1]!));
            }

            return;
        }
    }

    // A dictionary's own numbers are quicker to group by; zero and negative zero are one value.
    private static string GroupKey(string name, ColumnType type) => type == ColumnType.Float64 ? SketchSql.Key(name, type) : name;

    private static string Select(int index, string what, string key, string value, string from) =>
        $"(SELECT '{index}', '{what}', toString({key}), toString({value}) FROM ({from}) GROUP BY {key})";

    private string Hash(int index)
    {
        var key = SketchSql.Key(SqlText.Identifier(columns[index].Name), columns[index].Type);
        return $"SELECT {SketchSql.Hash(key, columns[index].Type)} AS h FROM {Where(index)}";
    }

    private string Where(int index) => $"{table} WHERE {scope.Condition} AND isNotNull({SqlText.Identifier(columns[index].Name)})";

    private IEnumerable<int> Indexes(LiveMetric live, Func<LiveField, bool> isOne) => Enumerable.Range(0, columns.Count).Where(i => isOne(live.Fields[i]));

    private async IAsyncEnumerable<string?[]> ReadAsync(
        IEnumerable<string> selects, string settings, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var some in selects.Chunk(SelectsPerQuery))
        {
            foreach (var row in await clickHouse.ReadRowsAsync(string.Join(" UNION ALL ", some) + settings, null, cancellationToken))
            {
                yield return row;
            }
        }
    }
}
