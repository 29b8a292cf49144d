using Analytics.GrainInterfaces.Batches;
using Analytics.GrainInterfaces.Names;

namespace Analytics.Silo.Ingest.Decode;

/// <summary>Notes verdicts and builds nothing: the validator's sink.</summary>
internal struct VerdictSink : IEventSink
{
    // Names are kept from body to body; beyond this the caches start over, which costs one lookup a name.
    private const int NamesMax = 4096;

    private readonly ByteKeys _metrics = new();
    private readonly FieldNames _names = new();
    private readonly byte[] _key = new byte[ProjectName.BytesMax + 1 + FieldName.BytesMax];
    private int _metric = -1;

    /// <summary>Starts without known names.</summary>
    public VerdictSink()
    {
    }

    /// <summary>The list to fill.</summary>
    public List<SplitEvent> Found { get; set; } = [];

    /// <summary>The keys of the metrics seen, <c>project/metric</c>.</summary>
    public readonly ByteKeys Metrics => _metrics;

    /// <summary>Forgets names when there are many. Between bodies only: indexes become invalid.</summary>
    public void Trim()
    {
        if (_metrics.Count > NamesMax)
        {
            _metrics.Clear();
        }

        if (_names.Count > NamesMax)
        {
            _names.Clear();
        }

        _metric = -1;
    }

    /// <inheritdoc/>
    public FieldNames? TryEnter(ReadOnlySpan<byte> project, ReadOnlySpan<byte> metric)
    {
        if (project.Length > ProjectName.BytesMax || metric.Length > FieldName.BytesMax || project.Contains((byte)'/'))
        {
            return null;
        }

        var key = Key(project, metric);
        if (_metric < 0 || !_metrics[_metric].SequenceEqual(key))
        {
            _metric = _metrics.Find(key);
        }

        return _metric < 0 ? null : Begin();
    }

    /// <inheritdoc/>
    public FieldNames Enter(ReadOnlySpan<byte> project, ReadOnlySpan<byte> metric)
    {
        _metric = _metrics.Add(Key(project, metric));
        return Begin();
    }

    /// <inheritdoc/>
    public readonly void Add(int field, FieldKind kind, long bits)
    {
        // A verdict needs no values.
    }

    /// <inheritdoc/>
    public readonly void Cancel()
    {
        // Nothing was added.
    }

    /// <inheritdoc/>
    public readonly void Add(int field, FieldKind kind, ReadOnlySpan<byte> bytes)
    {
        // Nor texts.
    }

    /// <inheritdoc/>
    public readonly void Commit(in InputRange input, long? timeMs, ReadOnlySpan<byte> id) =>
        Found.Add(new SplitEvent(input.Start, input.Length, _metric, null));

    /// <inheritdoc/>
    public readonly void Reject(
        in InputRange input, ReadOnlySpan<byte> raw, InputError error, ReadOnlySpan<byte> project, ReadOnlySpan<byte> metric) =>
        Found.Add(new SplitEvent(input.Start, input.Length, -1, error));

    private readonly FieldNames Begin()
    {
        _names.BeginEvent();
        return _names;
    }

    private readonly ReadOnlySpan<byte> Key(ReadOnlySpan<byte> project, ReadOnlySpan<byte> metric)
    {
        project.CopyTo(_key);
        _key[project.Length] = (byte)'/';
        metric.CopyTo(_key.AsSpan(project.Length + 1));
        return _key.AsSpan(0, project.Length + 1 + metric.Length);
    }
}
