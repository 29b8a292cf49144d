using Analytics.Client;

namespace Analytics.Cli.Exporting;

/// <summary>Reads a metric's rows in pages of bounded size, in order of event time; each row that was there at the begin comes once.</summary>
internal sealed class MetricExport
{
    // With a thousand bytes a row, well within what the server answers at once (ClickHouse:QueryBytesMax, 64 MiB).
    private const int PageRowsDefault = 50_000;

    // Qualified: in the answer, times are texts of the same names.
    private const string Key = "(toUnixTimestamp64Milli(t._time), t._partition, t._offset, t._seq)";

    private static readonly string[] PositionColumns = ["_received", "_partition", "_offset", "_seq", "_inserted"];

    private readonly IAnalyticsClient _client;
    private readonly ExportRequest _request;
    private readonly string _table;
    private readonly string _columns;

    private MetricExport(IAnalyticsClient client, ExportRequest request, MetricSchema schema)
    {
        _client = client;
        _request = request;
        _table = $"{Quoted(schema.Project)}.{Quoted(schema.Table)} AS t";
        _columns = ColumnsOf(request, schema);
    }

    /// <summary>Rows written.</summary>
    public long Rows { get; private set; }

    /// <summary>An export of a metric; <see langword="null"/> when there is no such metric.</summary>
    public static async Task<MetricExport?> FindAsync(IAnalyticsClient client, ExportRequest request, CancellationToken cancelled) =>
        await client.GetSchemaAsync(request.Project, request.Metric, cancelled) is { } schema
            ? new MetricExport(client, request, schema)
            : null;

    /// <summary>Writes all rows.</summary>
    public async Task WriteAsync(Stream target, CancellationToken cancelled)
    {
        if (_request.Format == "parquet")
        {
            // A Parquet file has one end; pages cannot be put behind each other.
            Rows = (await _client.QueryAsync<Count>($"SELECT count() AS n FROM {_table} WHERE {Range()}", null, cancelled))[0].N;
            await target.WriteAsync(await _client.QueryBytesAsync($"SELECT {_columns} FROM {_table} WHERE {Range()} ORDER BY {Key}", "Parquet", null, cancelled), cancelled);
            return;
        }

        var rowsMax = PageRowsDefault;
        PageKey? last = null;
        while (true)
        {
            var (end, rows) = await FindEndAsync(last, rowsMax, cancelled);
            try
            {
                if (rows > 0)
                {
                    var format = _request.Format == "ndjson" ? "JSONEachRow" : last is null ? "CSVWithNames" : "CSV";
                    var where = end is null ? After(last) : $"{After(last)} AND {Key} <= {end}";
                    await target.WriteAsync(await _client.QueryBytesAsync($"SELECT {_columns} FROM {_table} WHERE {where} ORDER BY {Key}", format, null, cancelled), cancelled);
                }
            }
            catch (AnalyticsException exception) when (exception.Code == "query_refused" && rowsMax > 1)
            {
                // Long rows: smaller pages.
                rowsMax = Math.Max(1, rowsMax / 4);
                continue;
            }

            Rows += rows;
            if (end is null)
            {
                return;
            }

            last = end;
        }
    }

    /// <summary>The key of the last row of the page that begins after <paramref name="last"/>, <see langword="null"/> for the last page, and its rows.</summary>
    private async Task<(PageKey? End, long Rows)> FindEndAsync(PageKey? last, int rowsMax, CancellationToken cancelled)
    {
        var ends = await _client.QueryAsync<PageKey>(
            $"SELECT toUnixTimestamp64Milli(t._time) AS time, t._partition AS partition, t._offset AS offset, t._seq AS seq FROM {_table} WHERE {After(last)} ORDER BY {Key} LIMIT 1 OFFSET {rowsMax - 1}",
            null, cancelled);
        return ends.Count > 0 ? (ends[0], rowsMax) : (null, (await _client.QueryAsync<Count>($"SELECT count() AS n FROM {_table} WHERE {After(last)}", null, cancelled))[0].N);
    }

    private string After(PageKey? last) => last is null ? Range() : $"{Range()} AND t._time >= fromUnixTimestamp64Milli({last.Time}, 'UTC') AND {Key} > {last}";

    private string Range()
    {
        var from = _request.From is { } begin ? $"t._time >= fromUnixTimestamp64Milli({begin.ToUnixTimeMilliseconds()}, 'UTC')" : "1";
        return _request.To is { } end ? $"{from} AND t._time < fromUnixTimestamp64Milli({end.ToUnixTimeMilliseconds()}, 'UTC')" : from;
    }

    /// <summary>The columns to select; but for Parquet, which has a type for them, times are ISO 8601, as events have them.</summary>
    private static string ColumnsOf(ExportRequest request, MetricSchema schema)
    {
        string[] times = ["_time", .. schema.Columns.Where(column => column.InTable && column.Type == "DateTime").Select(column => column.Name), .. request.IsAllColumns ? ["_received", "_inserted"] : Array.Empty<string>()];
        var all = request.IsAllColumns ? "t.*" : $"t.* EXCEPT ({string.Join(", ", PositionColumns)})";
        return request.Format == "parquet"
            ? all
            : $"{all} REPLACE ({string.Join(", ", times.Select(name => $"concat(replaceOne(toString({Quoted(name)}), ' ', 'T'), 'Z') AS {Quoted(name)}"))})";
    }

    private static string Quoted(string name) => $"`{name.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("`", "\\`", StringComparison.Ordinal)}`";

    private sealed record Count(long N);

    private sealed record PageKey(long Time, long Partition, long Offset, long Seq)
    {
        public override string ToString() => $"({Time}, {Partition}, {Offset}, {Seq})";
    }
}
