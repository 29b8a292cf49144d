using Analytics.GrainInterfaces.Batches;

namespace Analytics.Silo.Ingest.Streams;

/// <summary>The batches of one stream that wait for delivery or for its confirmation, oldest first.</summary>
internal sealed class WaitingBatches
{
    private readonly Queue<EventBatch> _batches = new();

    /// <summary>Number of batches.</summary>
    public int Count => _batches.Count;

    /// <summary>Adds the newest.</summary>
    public void Add(EventBatch batch) => _batches.Enqueue(batch);

    /// <summary>The oldest batches, without taking them out: as many as stay within the limit, one at least if there is one.</summary>
    public EventBatch[] Peek(int rowsMax)
    {
        var count = 0;
        var rows = 0;
        foreach (var batch in _batches)
        {
            rows += batch.Count;
            if (count > 0 && rows > rowsMax)
            {
                break;
            }

            count++;
        }

        var oldest = new EventBatch[count];
        var i = 0;
        foreach (var batch in _batches)
        {
            if (i == count)
            {
                break;
            }

            oldest[i++] = batch;
        }

        return oldest;
    }

    /// <summary>Takes out delivered batches, as far as they are still the oldest.</summary>
    /// <returns>Bytes they held.</returns>
    public long Remove(EventBatch[] delivered)
    {
        var sizeBytes = 0L;
        foreach (var batch in delivered)
        {
            if (_batches.TryPeek(out var oldest) && ReferenceEquals(oldest, batch))
            {
                sizeBytes += _batches.Dequeue().SizeBytes;
            }
        }

        return sizeBytes;
    }

    /// <summary>Takes out a partition's batches of other epochs: its reader has begun again and reads them anew.</summary>
    /// <returns>Bytes they held.</returns>
    public long RemoveOthers(int partition, long epoch)
    {
        var sizeBytes = 0L;
        for (var left = _batches.Count; left > 0; left--)
        {
            var batch = _batches.Dequeue();
            if (batch.Origin.Partition == partition && batch.Origin.Epoch != epoch)
            {
                sizeBytes += batch.SizeBytes;
            }
            else
            {
                _batches.Enqueue(batch);
            }
        }

        return sizeBytes;
    }
}
