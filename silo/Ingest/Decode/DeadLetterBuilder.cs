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
    }

    /// <summary>The rows.</summary>
    public MetricBuilder Rows { get; }

    /// <summary>Number of dead letters.</summary>
    public int Count => Rows.Count;

    /// <summary>Adds one; see <see cref="IEventSink.Reject"/>. Returns the bytes it takes in the batch.</summary>
    public long Add(
        long receivedMs,
        long offset,
        in InputRange input,
        ReadOnlySpan<byte> raw,
        InputError error,
        ReadOnlySpan<byte> project,
        ReadOnlySpan<byte> metric)
    {
        var kept = raw[..Math.Min(raw.Length, _rawBytesMax)];
        Rows.BeginRow();
        var size = AddText(_code, error.Code) + AddText(_reason, error.Message) + AddName(_project, project) + AddName(_metric, metric);
        Rows.Add(_raw, FieldKind.String, kept);
        Rows.Add(_rawSize, FieldKind.Int64, input.Length);
        Rows.EndRow(receivedMs, receivedMs, offset, input.Index, default);
        return RowBytes.Fixed + size + kept.Length + (2 * RowBytes.Value);
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
