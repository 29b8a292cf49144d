using System.Text;
using Analytics.GrainInterfaces.Batches;

namespace Analytics.Silo.Ingest.Decode;

/// <summary>Collects dead letters as rows of <c>analytics/dead_letters</c>.</summary>
internal sealed class DeadLetterBuilder
{
    private readonly int _rawBytesMax;
    private readonly int _code;
    private readonly int _reason;
    private readonly int _raw;
    private readonly int _rawSize;
    private readonly int _project;
    private readonly int _metric;
    private readonly int _bare;
    private readonly int _topic;
    private readonly int _key;
    private readonly int _headers;
    private byte[] _text = new byte[512];

    /// <summary>Starts empty.</summary>
    /// <param name="rawBytesMax">Bytes of an input that are kept.</param>
    public DeadLetterBuilder(int rawBytesMax)
    {
        _rawBytesMax = rawBytesMax;
        Rows = new MetricBuilder(Encoding.UTF8.GetBytes(DeadLetterFields.Project), Encoding.UTF8.GetBytes(DeadLetterFields.Metric));
        _code = Name(DeadLetterFields.Code);
        _reason = Name(DeadLetterFields.Reason);
        _raw = Name(DeadLetterFields.Raw);
        _rawSize = Name(DeadLetterFields.RawSize);
        _project = Name(DeadLetterFields.SourceProject);
        _metric = Name(DeadLetterFields.SourceMetric);
        _bare = Name(DeadLetterFields.Bare);
        _topic = Name(DeadLetterFields.Topic);
        _key = Name(DeadLetterFields.Key);
        _headers = Name(DeadLetterFields.Headers);
    }

    /// <summary>The rows.</summary>
    public MetricBuilder Rows { get; }

    /// <summary>Number of dead letters.</summary>
    public int Count => Rows.Count;

    /// <summary>Whether so many bytes besides the input's own are kept.</summary>
    public bool Keeps(int size) => size <= _rawBytesMax;

    /// <summary>What is kept of an input.</summary>
    public ReadOnlySpan<byte> Cut(ReadOnlySpan<byte> raw) => raw[..Math.Min(raw.Length, _rawBytesMax)];

    /// <summary>Adds one. Returns the bytes it takes in the batch.</summary>
    /// <param name="receivedMs">When its message was received.</param>
    /// <param name="offset">Offset of its message.</param>
    /// <param name="input">Where it is in the message, and its size before the cut.</param>
    /// <param name="letter">What it says.</param>
    public long Add(long receivedMs, long offset, in InputRange input, scoped in DeadLetter letter)
    {
        Rows.BeginRow();
        var size = AddText(_code, letter.Error.Code) + AddText(_reason, letter.Error.Message)
            + AddName(_project, letter.Project) + AddName(_metric, letter.Metric)
            + AddName(_topic, letter.Topic) + AddName(_key, letter.Key) + AddName(_headers, letter.Headers);
        Rows.Add(_raw, FieldKind.String, letter.Raw);
        Rows.Add(_rawSize, FieldKind.Int64, input.Length);
        if (letter.IsBare is { } isBare)
        {
            Rows.Add(_bare, FieldKind.Bool, isBare ? 1 : 0);
            size += RowBytes.Value;
        }

        Rows.EndRow(receivedMs, receivedMs, offset, input.Index, letter.Id);
        return RowBytes.Fixed + size + letter.Raw.Length + letter.Id.Length + (2 * RowBytes.Value);
    }

    private int Name(string name) => Rows.Names.Add(Encoding.UTF8.GetBytes(name));

    private int AddText(int field, string text)
    {
        var bytesMax = Encoding.UTF8.GetMaxByteCount(text.Length);
        if (_text.Length < bytesMax)
        {
            _text = new byte[bytesMax];
        }

        return AddName(field, _text.AsSpan(0, Encoding.UTF8.GetBytes(text, _text)));
    }

    private int AddName(int field, ReadOnlySpan<byte> text)
    {
        if (text.IsEmpty)
        {
            return 0;
        }

        Rows.Add(field, FieldKind.String, text);
        return RowBytes.Value + text.Length;
    }
}
