using System.Buffers;

namespace Analytics.Silo.Http.Collect;

/// <summary>The bytes of one body in a pooled array that grows by doubling. Not safe for concurrent calls; disposing it gives everything back.</summary>
internal sealed class BodyBuffer : IDisposable
{
    /// <summary>Bytes of the array beyond the capacity: room for the byte that shows a body to be too large, and for the end mark of gzip.</summary>
    public const int SlackBytes = 64;

    private readonly BodyMemory _memory;
    private byte[]? _bytes;
    private int _capacity;

    private BodyBuffer(BodyMemory memory) => _memory = memory;

    /// <summary>Bytes written.</summary>
    public int Length { get; set; }

    /// <summary>What is written.</summary>
    public ReadOnlyMemory<byte> Written => _bytes.AsMemory(0, Length);

    /// <summary>The array up to the end of the slack, for streams.</summary>
    public byte[] Array => _bytes!;

    /// <summary>Where to write next; slack included.</summary>
    public Memory<byte> Free => _bytes.AsMemory(Length, _capacity + SlackBytes - Length);

    /// <summary>Makes a buffer; <see langword="null"/> when memory for bodies is used up.</summary>
    public static BodyBuffer? TryRent(BodyMemory memory, int capacity)
    {
        if (!memory.TryTake(capacity))
        {
            return null;
        }

        return new BodyBuffer(memory) { _bytes = ArrayPool<byte>.Shared.Rent(capacity + SlackBytes), _capacity = capacity };
    }

    /// <summary>Doubles the capacity up to <paramref name="capacityMax"/>; false when memory for bodies is used up.</summary>
    public bool TryGrow(int capacityMax)
    {
        var capacity = (int)Math.Min(capacityMax, Math.Max(2L * _capacity, _capacity + SlackBytes));
        if (!_memory.TryTake(capacity))
        {
            return false;
        }

        var bytes = ArrayPool<byte>.Shared.Rent(capacity + SlackBytes);
        _bytes.AsSpan(0, Length).CopyTo(bytes);
        ArrayPool<byte>.Shared.Return(_bytes!);
        _memory.Give(_capacity);
        _bytes = bytes;
        _capacity = capacity;
        return true;
    }

    /// <inheritdoc />
    public void Dispose()
    {
        if (_bytes is not null)
        {
            ArrayPool<byte>.Shared.Return(_bytes);
            _memory.Give(_capacity);
            _bytes = null;
        }
    }
}
