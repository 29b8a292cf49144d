namespace Analytics.Silo.Ingest.Decode;

/// <summary>What a dead letter says, besides where and when it came. The spans are valid during the call that gets it.</summary>
internal ref struct DeadLetter
{
    /// <summary>What was wrong.</summary>
    public required InputError Error;

    /// <summary>The input's bytes, as many of them as are kept.</summary>
    public ReadOnlySpan<byte> Raw;

    /// <summary>The project it names; empty when it could not be read.</summary>
    public ReadOnlySpan<byte> Project;

    /// <summary>The metric it names; empty when it could not be read.</summary>
    public ReadOnlySpan<byte> Metric;

    /// <summary>Its id: a second one with the same id is dropped. Empty for none.</summary>
    public ReadOnlySpan<byte> Id;

    /// <summary>Whether the input is bare fields; <see langword="null"/> when that is not known.</summary>
    public bool? IsBare;

    /// <summary>The topic of other producers it came from; empty for every other input.</summary>
    public ReadOnlySpan<byte> Topic;

    /// <summary>The key of its message, where the topic's events get it.</summary>
    public ReadOnlySpan<byte> Key;

    /// <summary>The headers of its message, likewise, as <see cref="Log.LogHeaders"/> has them.</summary>
    public ReadOnlySpan<byte> Headers;
}
