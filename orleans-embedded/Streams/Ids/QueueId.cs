namespace Orleans.Streams;

/// <summary>The identity of a queue: a prefix, a number and the place on the hash ring.</summary>
public readonly struct QueueId : IEquatable<QueueId>, IComparable<QueueId>
{
    private readonly string? _prefix;
    private readonly uint _number;
    private readonly uint _hash;

    private QueueId(string prefix, uint number, uint hash)
    {
        ArgumentNullException.ThrowIfNull(prefix);
        _prefix = prefix;
        _number = number;
        _hash = hash;
    }

    /// <summary>Whether there is no identity.</summary>
    public bool IsDefault => _prefix is null;

    /// <summary>The queue with a number and a place on the ring.</summary>
    public static QueueId GetQueueId(string queueName, uint queueId, uint hash) => new(queueName, queueId, hash);

    /// <summary>The prefix.</summary>
    public string GetStringNamePrefix() => _prefix ?? "";

    /// <summary>The number.</summary>
    public uint GetNumericId() => _number;

    /// <summary>The place on the ring.</summary>
    public uint GetUniformHashCode() => _hash;

    /// <inheritdoc/>
    public bool Equals(QueueId other) => _number == other._number && _hash == other._hash && _prefix == other._prefix;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is QueueId other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(_number, _hash, _prefix);

    /// <inheritdoc/>
    public int CompareTo(QueueId other)
        => (_number.CompareTo(other._number), string.CompareOrdinal(_prefix, other._prefix)) switch
        {
            (0, 0) => _hash.CompareTo(other._hash),
            (0, var byPrefix) => byPrefix,
            (var byNumber, _) => byNumber,
        };

    /// <inheritdoc/>
#pragma warning disable CA1308 // The names of queues are lower-case in logs.
    public override string ToString() => $"{_prefix?.ToLowerInvariant()}-{_number}";
#pragma warning restore CA1308

    /// <summary>The name with the place on the ring.</summary>
    public string ToStringWithHashCode() => $"{this}-0x{_hash:X8}";

    /// <summary>Equality of all parts.</summary>
    public static bool operator ==(QueueId left, QueueId right) => left.Equals(right);

    /// <summary>Inequality of a part.</summary>
    public static bool operator !=(QueueId left, QueueId right) => !left.Equals(right);
}
