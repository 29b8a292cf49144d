using System.Text.Json;

namespace Analytics.Silo.Ingest.Decode;

/// <summary>What is known of an event while it is read. The spans point into the message, or into the walker's scratch space.</summary>
internal ref struct Envelope
{
    /// <summary>The bytes the event's reader works on: positions count from its start.</summary>
    public ReadOnlySpan<byte> Window;

    /// <summary>The project as given, unescaped; empty when it was not (or was null, or is no string).</summary>
    public ReadOnlySpan<byte> Project;

    /// <summary>The metric, likewise.</summary>
    public ReadOnlySpan<byte> Metric;

    /// <summary>The id; empty when there is none.</summary>
    public ReadOnlySpan<byte> Id;

    /// <summary>The time; <see langword="null"/> when there is none.</summary>
    public long? TimeMs;

    /// <summary>Whether an id was given, be it an empty one.</summary>
    public bool HasId;

    /// <summary>Whether a project was given.</summary>
    public bool HasProject;

    /// <summary>Whether a metric was given.</summary>
    public bool HasMetric;

    /// <summary>Keys seen, one bit each.</summary>
    public int SeenKeys;

    /// <summary>The names of the metric's fields, once the metric was entered.</summary>
    public FieldNames? Names;

    /// <summary>The reader at the start of <c>fields</c>, when they came before the names that say whose they are.</summary>
    public Utf8JsonReader Fields;

    /// <summary>Whether <see cref="Fields"/> waits to be read.</summary>
    public bool HasWaitingFields;
}
