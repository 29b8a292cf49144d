using System.Buffers;

namespace Analytics.Silo.Http.Collect;

/// <summary>A body cut into log records, and what its events were found to be. Disposing it gives the records' memory back.</summary>
internal sealed class CutBody(BodyMemory memory) : IDisposable
{
    /// <summary>Errors told one by one; a sender that needs more than a hundred to see what is wrong needs none of them.</summary>
    public const int ErrorsMax = 100;

    private readonly List<byte[]> _rented = [];
    private long _takenBytes;

    /// <summary>Events that will become rows (or counted duplicates).</summary>
    public int Accepted { get; set; }

    /// <summary>Inputs that will become dead letters.</summary>
    public int Rejected { get; set; }

    /// <summary>Whether there was anything that could be read as a JSON object.</summary>
    public bool IsReadable { get; set; }

    /// <summary>The first refused events; <see langword="null"/> when there are none.</summary>
    public List<CollectError>? Errors { get; set; }

    /// <summary>Refused events by code; <see langword="null"/> when there are none.</summary>
    public Dictionary<string, int>? RejectedByCode { get; set; }

    /// <summary>What to append.</summary>
    public List<PendingRecord> Records { get; } = [];

    /// <summary>Takes memory for records from what bodies share; false when it is used up.</summary>
    public bool TryTake(long bytes)
    {
        if (!memory.TryTake(bytes))
        {
            return false;
        }

        _takenBytes += bytes;
        return true;
    }

    /// <summary>An array for records, given back with the cut.</summary>
    public byte[] Rent(int size)
    {
        var array = ArrayPool<byte>.Shared.Rent(size);
        _rented.Add(array);
        return array;
    }

    /// <inheritdoc />
    public void Dispose()
    {
        foreach (var array in _rented)
        {
            ArrayPool<byte>.Shared.Return(array);
        }

        _rented.Clear();
        memory.Give(_takenBytes);
        _takenBytes = 0;
    }
}
