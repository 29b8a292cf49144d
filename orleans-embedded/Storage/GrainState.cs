namespace Orleans;

/// <summary>A record as storage providers see it.</summary>
public interface IGrainState<T>
{
    /// <summary>The value.</summary>
    T? State { get; set; }

    /// <summary>The version that was read or written last.</summary>
    string? ETag { get; set; }

    /// <summary>Whether the record is in storage.</summary>
    bool RecordExists { get; set; }
}

/// <summary>A record in memory.</summary>
public sealed class GrainState<T> : IGrainState<T>
{
    /// <summary>No value.</summary>
    public GrainState()
    {
    }

    /// <summary>A value that was never stored.</summary>
    public GrainState(T? state)
        : this(state, null)
    {
    }

    /// <summary>A value and its version.</summary>
    public GrainState(T? state, string? eTag)
    {
        State = state;
        ETag = eTag;
    }

    /// <inheritdoc/>
    public T? State { get; set; }

    /// <inheritdoc/>
    public string? ETag { get; set; }

    /// <inheritdoc/>
    public bool RecordExists { get; set; }
}
