namespace Analytics.Silo.Log.File;

/// <summary>The segments of a partition, oldest first; the last one is being written. Guarded by the gate of the partition.</summary>
internal sealed class SegmentList
{
    private readonly List<Segment> _segments = [];

    public int Count => _segments.Count;

    public Segment First => _segments[0];

    public Segment Active => _segments[^1];

    public long TotalBytes
    {
        get
        {
            var bytes = 0L;
            foreach (var segment in _segments)
            {
                bytes += segment.DurableBytes;
            }

            return bytes;
        }
    }

    /// <summary>Adds the next segment. The one before it is taken to reach up to it: what is missing between them is damage, not a gap.</summary>
    public void Add(Segment segment)
    {
        if (_segments.Count > 0)
        {
            _segments[^1].NextOffset = segment.BaseOffset;
        }

        _segments.Add(segment);
    }

    public void RemoveFirst() => _segments.RemoveAt(0);

    public void PutBackFirst(Segment segment) => _segments.Insert(0, segment);

    /// <summary>The segment that holds an offset; for an offset below the first one retained, the first segment.</summary>
    public Segment Find(long offset)
    {
        var low = 1;
        var high = _segments.Count;
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (_segments[middle].BaseOffset <= offset)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return _segments[low - 1];
    }

    /// <summary>The segment that holds an offset, as a reader sees it now.</summary>
    public SegmentView ViewOf(long offset)
    {
        var segment = Find(offset);
        var (startOffset, startPosition) = segment.StartFor(offset);
        return new SegmentView(segment, segment.DurableBytes, segment.NextOffset, startOffset, startPosition);
    }

    /// <summary>Bytes of closed segments in which every record is committed.</summary>
    public long CommittedBytes(long committedOffset)
    {
        var bytes = 0L;
        for (var i = 0; i < _segments.Count - 1 && _segments[i].NextOffset <= committedOffset; i++)
        {
            bytes += _segments[i].DurableBytes;
        }

        return bytes;
    }
}
