using System.Text;
using Analytics.Silo.Log.Kafka;

namespace Analytics.Silo.Ingest.Decode;

/// <summary>
/// What bare field objects belong to and which of their members are more than fields: those of a request to a metric's address, or those of a topic
/// of other producers. Immutable; safe from any thread.
/// </summary>
internal sealed class BareEvents
{
    private readonly byte[] _timeName = "_time"u8.ToArray();
    private readonly byte[] _idName = "_id"u8.ToArray();
    private readonly byte[] _topic = [];
    private readonly byte[] _keyField = [];
    private readonly byte[] _headerPrefix = [];

    /// <summary>Fields sent to the address of their metric: <c>_time</c> and <c>_id</c> mean time and id.</summary>
    /// <param name="project">The project, a valid name.</param>
    /// <param name="metric">The metric, a valid name.</param>
    /// <param name="overheadBytes">What the envelope that will wrap them takes of the size an event may have.</param>
    public BareEvents(byte[] project, byte[] metric, int overheadBytes)
    {
        Project = project;
        Metric = metric;
        OverheadBytes = overheadBytes;
    }

    /// <summary>Messages of a topic of other producers.</summary>
    /// <param name="mapping">Checked settings.</param>
    public BareEvents(KafkaMapping mapping)
        : this(Encoding.UTF8.GetBytes(mapping.Project), Encoding.UTF8.GetBytes(mapping.Metric), overheadBytes: 0)
    {
        IsMapped = true;
        TimeUnit = Enum.Parse<TimeUnit>(mapping.TimeUnit);
        _topic = Encoding.UTF8.GetBytes(mapping.Topic);
        _timeName = Encoding.UTF8.GetBytes(mapping.TimeField);
        _idName = Encoding.UTF8.GetBytes(mapping.IdField);
        _keyField = Encoding.UTF8.GetBytes(mapping.KeyField ?? "");
        _headerPrefix = Encoding.UTF8.GetBytes(mapping.HeaderPrefix ?? "");
    }

    /// <summary>The project, UTF-8.</summary>
    public ReadOnlyMemory<byte> Project { get; }

    /// <summary>The metric, UTF-8, not escaped.</summary>
    public ReadOnlyMemory<byte> Metric { get; }

    /// <summary>Bytes of an event that an envelope will take.</summary>
    public int OverheadBytes { get; }

    /// <summary>Whether these are messages of a topic of other producers.</summary>
    public bool IsMapped { get; }

    /// <summary>The topic they come from; empty for those of a request.</summary>
    public ReadOnlySpan<byte> Topic => _topic;

    /// <summary>The member that is the time.</summary>
    public ReadOnlySpan<byte> TimeName => _timeName;

    /// <summary>The member that is the id.</summary>
    public ReadOnlySpan<byte> IdName => _idName;

    /// <summary>What a time that is a number counts.</summary>
    public TimeUnit TimeUnit { get; }

    /// <summary>The field that gets the message's key; empty for none.</summary>
    public ReadOnlySpan<byte> KeyField => _keyField;

    /// <summary>What the field of a header begins with; empty when headers are not wanted.</summary>
    public ReadOnlySpan<byte> HeaderPrefix => _headerPrefix;

    /// <summary>Whether a top-level member is more than a field.</summary>
    public bool IsReserved(ReadOnlySpan<byte> name, out EnvelopeKey key)
    {
        key = name.SequenceEqual(_timeName) ? EnvelopeKey.Time : name.SequenceEqual(_idName) ? EnvelopeKey.Id : EnvelopeKey.Unknown;
        return key != EnvelopeKey.Unknown;
    }

    /// <summary>The parts of a message that its events get, and that a dead letter must keep: those nobody asked for are left out.</summary>
    public MessageParts Wanted(in MessageParts parts) =>
        new(_keyField.Length == 0 ? default : parts.Key, _headerPrefix.Length == 0 ? default : parts.Headers);
}
