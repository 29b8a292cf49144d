using System.Globalization;
using System.Text;
using Analytics.GrainInterfaces.Batches;
using Analytics.Grains.Configuration;
using Analytics.Silo.Ingest.Decode;
using Analytics.Silo.Log;
using Xunit;

namespace Analytics.Tests.Decode;

/// <summary>Runs the decoder on texts and writes what comes out as lines that a test can compare.</summary>
internal sealed class Decoding
{
    /// <summary>When every message was received: 2026-11-20T10:00:00Z.</summary>
    public const long ReceivedMs = 1_795_168_800_000;

    private readonly ChunkDecoder _decoder;
    private readonly PrecedingOffsets _preceding = new(epoch: 1, epochStart: 0);
    private long _offset;

    public Decoding(LimitsOptions? limits = null, BareEvents? mapping = null, bool takesRefusedInputs = true, bool readsPlain = true) =>
        _decoder = new ChunkDecoder(limits ?? new LimitsOptions(), mapping) { TakesRefusedInputs = takesRefusedInputs, ReadsPlain = readsPlain };

    public ChunkDecoder Decoder => _decoder;

    /// <summary>Rows and dead letters of one message, in order of their index.</summary>
    public static string[] Lines(string message, LimitsOptions? limits = null) => Lines(Encoding.UTF8.GetBytes(message), limits);

    public static string[] Lines(byte[] message, LimitsOptions? limits = null)
    {
        var decoding = new Decoding(limits);
        decoding.Add(message);
        return decoding.Take();
    }

    /// <summary>The one line of a message that holds one input.</summary>
    public static string Line(string message, LimitsOptions? limits = null) => Assert.Single(Lines(message, limits));

    /// <summary>The fields of an event, given as the text inside of <c>fields</c>'s braces.</summary>
    public static string Fields(string fields, LimitsOptions? limits = null)
    {
        const string Prefix = "p/m ";
        var line = Line(Event(fields), limits);
        return line.StartsWith(Prefix, StringComparison.Ordinal) ? line[Prefix.Length..] : line;
    }

    /// <summary>An event of <c>p/m</c>.</summary>
    public static string Event(string fields) => "{\"project\":\"p\",\"metric\":\"m\",\"fields\":{" + fields + "}}";

    /// <summary>The code and message of the one dead letter a message makes.</summary>
    public static (string Code, string Message) Refused(string message, LimitsOptions? limits = null) =>
        Refused(Encoding.UTF8.GetBytes(message), limits);

    public static (string Code, string Message) Refused(byte[] message, LimitsOptions? limits = null)
    {
        var found = new List<SplitEvent>();
        var decoding = new Decoding(limits);
        decoding.Add(message);
        var batch = Assert.Single(decoding.TakeBatches());
        Assert.Equal("analytics/dead_letters", batch.Key);
        Assert.Equal(1, batch.Count);
        var code = Text(batch, DeadLetterFields.Code, 0)!;
        var reason = Text(batch, DeadLetterFields.Reason, 0)!;
        if (!GzipMessage.IsGzip(message))
        {
            new EventSplitter(limits ?? new LimitsOptions()).Split(message, found);
            Assert.Equal(new InputError(code, reason), Assert.Single(found).Error);
        }

        return (code, reason);
    }

    public void Add(string message) => Add(Encoding.UTF8.GetBytes(message));

    public void Add(byte[] message) => Add(new LogRecord(default, message, ReceivedMs));

    public void Add(LogRecord record) => _decoder.Decode(new LogEntry(_offset++, record));

    public EventBatch[] TakeBatches() => _decoder.Finish(0, 1, _preceding);

    /// <summary>Ends the chunk: its rows and dead letters as lines, in order of position.</summary>
    public string[] Take() => Lines(TakeBatches());

    public static string[] Lines(EventBatch[] batches) => [.. batches
        .SelectMany(batch => LinesOf(batch).Select((line, row) => (Position: (batch.Offsets[row], batch.Sequences[row]), Line: line)))
        .OrderBy(entry => entry.Position)
        .Select(entry => entry.Line)];

    /// <summary>The text of a field in a row; <see langword="null"/> when it has none.</summary>
    public static string? Text(EventBatch batch, string field, int row)
    {
        var bytes = Bytes(batch, field, row);
        return bytes is null ? null : Encoding.UTF8.GetString(bytes);
    }

    public static byte[]? Bytes(EventBatch batch, string field, int row)
    {
        var column = batch.Fields.SingleOrDefault(candidate => candidate.Name == field);
        var index = column is null ? -1 : Enumerable.Range(0, column.Count).FirstOrDefault(i => column.RowAt(i) == row, -1);
        return index < 0 ? null : column!.BytesAt(index).ToArray();
    }

    private static string[] LinesOf(EventBatch batch)
    {
        // Sorted: the batch has columns in order of first appearance, which another row may have decided.
        var rows = Enumerable.Range(0, batch.Count).Select(_ => new SortedDictionary<string, string>(StringComparer.Ordinal)).ToArray();
        foreach (var column in batch.Fields)
        {
            for (var i = 0; i < column.Count; i++)
            {
                rows[column.RowAt(i)].Add(column.Name, ValueOf(column, i));
            }
        }

        return [.. rows.Select((values, row) => batch.Key == "analytics/dead_letters"
            ? $"dead {values[DeadLetterFields.Code][1..]} {values[DeadLetterFields.Raw][1..]}"
            : LineOf(batch, row, values))];
    }

    private static string LineOf(EventBatch batch, int row, SortedDictionary<string, string> values)
    {
        var line = new StringBuilder(batch.Key);
        if (batch.Times[row] != ReceivedMs)
        {
            line.Append(CultureInfo.InvariantCulture, $" @{batch.Times[row]}");
        }

        if (!batch.IdAt(row).IsEmpty)
        {
            line.Append(CultureInfo.InvariantCulture, $" #{Encoding.UTF8.GetString(batch.IdAt(row))}");
        }

        foreach (var (name, value) in values)
        {
            line.Append(CultureInfo.InvariantCulture, $" {name}={value}");
        }

        return line.ToString();
    }

    private static string ValueOf(FieldColumn column, int index) => column.KindAt(index) switch
    {
        FieldKind.Bool => column.Bits[index] == 1 ? "true" : "false",
        FieldKind.Int64 => "i" + column.Bits[index].ToString(CultureInfo.InvariantCulture),
        FieldKind.Float64 => Float(column.Bits[index]),
        FieldKind.DateTime => "t" + Encoding.UTF8.GetString(column.BytesAt(index)),
        FieldKind.String => "s" + Encoding.UTF8.GetString(column.BytesAt(index)),
        FieldKind.Json => "j" + Encoding.UTF8.GetString(column.BytesAt(index)),
        var kind => ArrayOf(kind, column.BytesAt(index)),
    };

    private static string ArrayOf(FieldKind kind, ReadOnlySpan<byte> encoded)
    {
        var texts = new List<string>();
        var elements = new ArrayElements(kind, encoded);
        while (elements.MoveNext())
        {
            texts.Add(elements.IsNull ? "null" : kind switch
            {
                FieldKind.BoolArray => elements.Bits == 1 ? "true" : "false",
                FieldKind.Int64Array => elements.Bits.ToString(CultureInfo.InvariantCulture),
                FieldKind.Float64Array => Float(elements.Bits)[1..],
                _ => Encoding.UTF8.GetString(elements.Text),
            });
        }

        var letter = kind switch
        {
            FieldKind.BoolArray => "b",
            FieldKind.Int64Array => "i",
            FieldKind.Float64Array => "f",
            FieldKind.EmptyArray => "e",
            _ => "s",
        };
        return $"{letter}[{string.Join(',', texts)}]";
    }

    private static string Float(long bits) => "f" + BitConverter.Int64BitsToDouble(bits).ToString("R", CultureInfo.InvariantCulture);
}
