using System.Runtime.CompilerServices;
using Analytics.GrainInterfaces.Batches;

namespace Analytics.Silo.Ingest.Decode;

/// <summary>Builds columns: the decoder's sink.</summary>
internal struct ColumnSink : IEventSink
{
    private readonly MetricBuilders _builders;
    private readonly DeadLetterBuilder _deadLetters;
    private readonly List<MetricBuilder> _withRows;
    private readonly BareEvents? _mapping;
    private MetricBuilder? _current;
    private long _rowBytes;

    /// <summary>Builds into the given builders.</summary>
    /// <param name="builders">Where the metrics' builders are.</param>
    /// <param name="deadLetters">Where bad input goes.</param>
    /// <param name="withRows">Gets each builder that has rows, in order of the first one.</param>
    /// <param name="mapping">What the messages are, when they come from other producers.</param>
    public ColumnSink(MetricBuilders builders, DeadLetterBuilder deadLetters, List<MetricBuilder> withRows, BareEvents? mapping)
    {
        _mapping = mapping;
        _builders = builders;
        _deadLetters = deadLetters;
        _withRows = withRows;
    }

    /// <summary>Offset of the message.</summary>
    public long Offset { get; set; }

    /// <summary>When it was received, UTC milliseconds since 1970.</summary>
    public long ReceivedMs { get; set; }

    /// <summary>What the message has besides its value, as far as its events get it.</summary>
    public MessageParts Parts { get; set; }

    /// <summary>Rows built.</summary>
    public int RowCount { get; set; }

    /// <summary>Dead letters built.</summary>
    public int DeadLetterCount { get; set; }

    /// <summary>Bytes of columns built.</summary>
    public long SizeBytes { get; set; }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public FieldNames? TryEnter(ReadOnlySpan<byte> project, ReadOnlySpan<byte> metric) =>
        _builders.TryGet(project, metric, out var builder) ? Begin(builder) : null;

    /// <inheritdoc/>
    public FieldNames Enter(ReadOnlySpan<byte> project, ReadOnlySpan<byte> metric) => Begin(_builders.Add(project, metric));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(int field, FieldKind kind, long bits)
    {
        _rowBytes += RowBytes.Value;
        _current!.Add(field, kind, bits);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(int field, FieldKind kind, ReadOnlySpan<byte> bytes)
    {
        _rowBytes += RowBytes.Value + bytes.Length;
        _current!.Add(field, kind, bytes);
    }

    /// <inheritdoc/>
    public void Commit(in InputRange input, long? timeMs, ReadOnlySpan<byte> id)
    {
        var builder = _current!;
        _current = null;
        builder.EndRow(timeMs ?? ReceivedMs, ReceivedMs, Offset, input.Index, id);
        if (builder.Count == 1)
        {
            _withRows.Add(builder);
        }

        RowCount++;
        SizeBytes += RowBytes.Fixed + id.Length + _rowBytes;
    }

    /// <inheritdoc/>
    public void Cancel()
    {
        _current?.CancelRow();
        _current = null;
    }

    /// <inheritdoc/>
    public void Reject(in InputRange input, ReadOnlySpan<byte> raw, InputError error, ReadOnlySpan<byte> project, ReadOnlySpan<byte> metric)
    {
        if (_mapping is not null)
        {
            RejectMapped(input, raw, error, _mapping);
            return;
        }

        Reject(input, new DeadLetter { Error = error, Raw = _deadLetters.Cut(raw), Project = project, Metric = metric, IsBare = false });
    }

    /// <summary>The input is no event, and all that its dead letter says is known.</summary>
    public void Reject(in InputRange input, scoped in DeadLetter letter)
    {
        Cancel();
        if (_deadLetters.Count == 0)
        {
            _withRows.Add(_deadLetters.Rows);
        }

        SizeBytes += _deadLetters.Add(ReceivedMs, Offset, input, letter);
        DeadLetterCount++;
    }

    // Where it belongs is known whatever its bytes. What its events would have got from the message is part of the input: left out, it counts as cut.
    private void RejectMapped(in InputRange input, ReadOnlySpan<byte> raw, InputError error, BareEvents mapping)
    {
        var partsBytes = Parts.Key.Length + Parts.Headers.Length;
        var keepsParts = _deadLetters.Keeps(partsBytes);
        var letter = new DeadLetter
        {
            Error = error,
            Raw = _deadLetters.Cut(raw),
            Project = mapping.Project.Span,
            Metric = mapping.Metric.Span,
            IsBare = true,
            Topic = mapping.Topic,
            Key = keepsParts ? Parts.Key.Span : default,
            Headers = keepsParts ? Parts.Headers.Span : default,
        };
        Reject(keepsParts ? input : input with { Length = input.Length + partsBytes }, letter);
    }

    private FieldNames Begin(MetricBuilder builder)
    {
        _builders.Enter(builder);
        builder.BeginRow();
        _current = builder;
        _rowBytes = 0;
        return builder.Names;
    }
}
