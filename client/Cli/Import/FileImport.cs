using System.Globalization;
using System.Text.Json;
using Analytics.Client;

namespace Analytics.Cli.Import;

/// <summary>
/// Sends a file's rows in order, one request after the other. A row's id is the file's hash and its number: what the table has of the file tells where to go on, and what
/// was taken and is not in the table yet is dropped as a repeat.
/// </summary>
internal sealed class FileImport(IAnalyticsClient client, ImportFile file, string project, string metric, string? timeColumn, string? idColumn)
{
    private const int RequestRowsMax = 5000;
    private const int RetriesMax = 120;
    private static readonly TimeSpan RetryAfter = TimeSpan.FromMilliseconds(500);

    // Columns that every table has by itself: those of an exported file say where its rows were, not what happened.
    private static readonly string[] OwnColumns = ["_id", "_time", "_received", "_partition", "_offset", "_seq", "_inserted"];

    private readonly string _idStart = $"import:{file.Hash}:";

    private string? _timeColumn = timeColumn;

    /// <summary>Rows that were there already.</summary>
    public long Skipped { get; private set; }

    /// <summary>Rows to be sent.</summary>
    public long RowsExpected { get; private set; }

    /// <summary>Rows that are durable.</summary>
    public long Accepted { get; private set; }

    /// <summary>Rows the server refused; it keeps them as dead letters.</summary>
    public long Rejected { get; private set; }

    /// <summary>Why the first one was refused.</summary>
    public string? FirstError { get; private set; }

    /// <summary>Looks at the file and at what the table has of it.</summary>
    /// <exception cref="CliException">The file does not have a column that was named.</exception>
    public async Task PrepareAsync(CancellationToken cancelled)
    {
        var columns = file.ReadColumns();
        foreach (var named in new[] { _timeColumn, idColumn })
        {
            if (named is not null && !columns.Contains(named, StringComparer.Ordinal))
            {
                throw new CliException($"The file has no column '{named}'; it has {string.Join(", ", columns)}.");
            }
        }

        _timeColumn ??= columns.Contains("_time", StringComparer.Ordinal) ? "_time" : null;
        Skipped = idColumn is null ? await FindLastAsync(cancelled) : 0;
        RowsExpected = file.CountRows() - Skipped;
    }

    /// <summary>Sends what is not there.</summary>
    public async Task RunAsync(CancellationToken cancelled)
    {
        var number = Skipped;
        var batch = new List<TrackedEvent>();
        await foreach (var piece in file.ReadRows(Skipped, cancelled).ReadAllAsync(cancelled))
        {
            foreach (var line in Lines(piece))
            {
                batch.Add(Make(line, ++number));
                if (batch.Count == RequestRowsMax)
                {
                    await SendAsync(batch, cancelled);
                }
            }
        }

        await SendAsync(batch, cancelled);
    }

    private async Task<long> FindLastAsync(CancellationToken cancelled)
    {
        if (await client.GetSchemaAsync(project, metric, cancelled) is not { } schema)
        {
            return 0;
        }

        var table = $"`{project}`.`{schema.Table.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("`", "\\`", StringComparison.Ordinal)}`";
        var rows = await client.QueryAsync<Last>(
            $"SELECT toInt64(max(toUInt64OrZero(substring(_id, {_idStart.Length + 1})))) AS n FROM {table} WHERE startsWith(_id, {{start:String}})",
            new Dictionary<string, object?> { ["start"] = _idStart }, cancelled);
        return rows[0].N;
    }

    private TrackedEvent Make(ReadOnlyMemory<byte> line, long number)
    {
        var fields = JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(line.Span)!;
        var id = idColumn is not null && fields.Remove(idColumn, out var given) ? given.ToString() : string.Create(CultureInfo.InvariantCulture, $"{_idStart}{number}");
        var at = _timeColumn is not null && fields.Remove(_timeColumn, out var value) ? TimeOf(value, number) : (DateTimeOffset?)null;
        foreach (var own in OwnColumns)
        {
            fields.Remove(own);
        }

        if (fields.TryGetValue("_extra", out var extra) && extra.GetRawText() is "{}" or "\"{}\"")
        {
            fields.Remove("_extra");
        }

        return new TrackedEvent(project, metric, fields) { Id = id, Time = at };
    }

    private DateTimeOffset? TimeOf(JsonElement value, long number) => value.ValueKind switch
    {
        JsonValueKind.Null => null,
        JsonValueKind.Number when value.TryGetInt64(out var ms) => DateTimeOffset.FromUnixTimeMilliseconds(ms),
        JsonValueKind.String when DateTimeOffset.TryParse(value.GetString(), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) => time,
        _ => throw new CliException($"Row {number}: '{value}' in column {_timeColumn} is no time: ISO 8601, or milliseconds since 1970."),
    };

    private async Task SendAsync(List<TrackedEvent> batch, CancellationToken cancelled)
    {
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                var result = await client.TrackAsync(batch, cancelled);
                Accepted += result.Accepted;
                Rejected += result.Rejected;
                FirstError ??= result.Errors.Count > 0 ? $"{result.Errors[0].Message} ({result.Errors[0].Code})" : null;
                batch.Clear();
                return;
            }
            catch (AnalyticsException exception) when (exception.IsTransient && attempt < RetriesMax)
            {
                await Task.Delay(exception.RetryAfter ?? RetryAfter, cancelled);
            }
        }
    }

    private static IEnumerable<ReadOnlyMemory<byte>> Lines(byte[] piece)
    {
        for (var start = 0; start < piece.Length;)
        {
            var length = piece.AsSpan(start).IndexOf((byte)'\n');
            length = length < 0 ? piece.Length - start : length;
            if (length > 0)
            {
                yield return piece.AsMemory(start, length);
            }

            start += length + 1;
        }
    }

    private sealed record Last(long N);
}
