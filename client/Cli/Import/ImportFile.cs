using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Threading.Channels;
using Analytics.Grains.ClickHouse;
using Analytics.Grains.ClickHouse.Embedded;

namespace Analytics.Cli.Import;

/// <summary>A file whose rows the embedded engine reads, whatever its format and compression.</summary>
internal sealed class ImportFile : IDisposable
{
    // Pieces of some thousand rows that were read and not sent yet.
    private const int PiecesMax = 4;

    // Rows come in the file's order, so that a row's number is the same every time; times as ISO 8601, numbers as numbers.
    private const string Settings =
        "SETTINGS max_threads = 1, max_parsing_threads = 1, max_block_size = 8192, input_format_parquet_preserve_order = 1, session_timezone = 'UTC', date_time_output_format = 'iso', "
        + "output_format_json_quote_64bit_integers = 0, output_format_json_quote_denormals = 0, output_format_json_escape_forward_slashes = 0";

    private readonly string _directory;
    private readonly EmbeddedConnection _engine;
    private readonly string _source;

    private ImportFile(string directory, EmbeddedConnection engine, string source, string hash)
    {
        _directory = directory;
        _engine = engine;
        _source = source;
        Hash = hash;
    }

    /// <summary>The beginning of the SHA-256 of its bytes: the same file has the same, wherever it is.</summary>
    public string Hash { get; }

    /// <summary>Opens a file.</summary>
    /// <param name="path">Its path; <c>-</c> for the input.</param>
    /// <param name="format"><c>csv</c>, <c>tsv</c>, <c>ndjson</c> or <c>parquet</c>; by the name's ending without it.</param>
    /// <param name="input">Standard input.</param>
    /// <param name="cancelled">Gives up.</param>
    /// <exception cref="CliException">There is no such file, or its format is unknown.</exception>
    /// <exception cref="ClickHouseException">The engine is missing.</exception>
    public static async Task<ImportFile> OpenAsync(string path, string? format, Stream input, CancellationToken cancelled)
    {
        var directory = Directory.CreateTempSubdirectory("analytics-import-").FullName;
        EmbeddedConnection? engine = null;
        try
        {
            var file = path == "-" ? await KeepAsync(input, Path.Combine(directory, "input"), cancelled) : Path.GetFullPath(path);
            if (!File.Exists(file))
            {
                throw new CliException($"There is no file {path}.");
            }

            var engineFormat = FormatOf(path, format);
            await using var stream = File.OpenRead(file);
            var hash = Convert.ToHexStringLower(await SHA256.HashDataAsync(stream, cancelled))[..16];
            ChdbLibrary.Load(ChdbLibrary.Locate(null, Environment.GetEnvironmentVariable));
            engine = EmbeddedConnection.Open([$"--path={Path.Combine(directory, "engine")}"]);
            return new ImportFile(directory, engine, $"file({SqlText.Literal(file)}, {engineFormat})", hash);
        }
        catch
        {
            engine?.Dispose();
            Directory.Delete(directory, recursive: true);
            throw;
        }
    }

    /// <summary>Names of the columns.</summary>
    /// <exception cref="ClickHouseException">The file is not of its format.</exception>
    public IReadOnlyList<string> ReadColumns()
    {
        var lines = Encoding.UTF8.GetString(_engine.Query($"DESCRIBE TABLE {_source}", "JSONCompactEachRow", null)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        return [.. lines.Select(line => JsonSerializer.Deserialize<string[]>(line)![0])];
    }

    /// <summary>Number of rows.</summary>
    public long CountRows() => long.Parse(Encoding.UTF8.GetString(_engine.Query($"SELECT count() FROM {_source}", "TSV", null)), CultureInfo.InvariantCulture);

    /// <summary>Rows as JSON objects, some a piece, each on a line.</summary>
    /// <param name="skip">Rows to leave out at the begin.</param>
    /// <param name="cancelled">Stops.</param>
    public ChannelReader<byte[]> ReadRows(long skip, CancellationToken cancelled)
    {
        var pieces = Channel.CreateBounded<byte[]>(PiecesMax);

        // The engine wants a stream fetched by the thread that began it.
        var thread = new Thread(() => Read(pieces.Writer, skip, cancelled)) { IsBackground = true, Name = "import" };
        thread.Start();
        return pieces.Reader;
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _engine.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    private void Read(ChannelWriter<byte[]> pieces, long skip, CancellationToken cancelled)
    {
        try
        {
            using var stream = _engine.OpenStream(string.Create(CultureInfo.InvariantCulture, $"SELECT * FROM {_source} LIMIT 18446744073709551615 OFFSET {skip} {Settings}"), "JSONEachRow", null);
            for (var piece = stream.Fetch(); piece.Length > 0; piece = stream.Fetch())
            {
                pieces.WriteAsync(piece, cancelled).AsTask().GetAwaiter().GetResult();
            }

            pieces.Complete();
        }
        catch (Exception exception)
        {
            pieces.TryComplete(exception);
        }
    }

    private static async Task<string> KeepAsync(Stream input, string path, CancellationToken cancelled)
    {
        await using var file = File.Create(path);
        await input.CopyToAsync(file, cancelled);
        return path;
    }

    private static string FormatOf(string path, string? format)
    {
        var name = path.ToLowerInvariant();
        foreach (var packed in new[] { ".gz", ".zst", ".xz", ".bz2", ".lz4", ".br" })
        {
            name = name.EndsWith(packed, StringComparison.Ordinal) ? name[..^packed.Length] : name;
        }

        return (format ?? Path.GetExtension(name).TrimStart('.')) switch
        {
            "csv" => "CSVWithNames",
            "tsv" => "TSVWithNames",
            "ndjson" or "jsonl" or "json" => "JSONEachRow",
            "parquet" => "Parquet",
            _ => throw new CliException($"What is in {path}? Say it with --format: csv, tsv, ndjson or parquet."),
        };
    }
}
