namespace Analytics.Silo.Http.Telemetry;

/// <summary>The value of one series. Safe from any thread.</summary>
internal sealed class SeriesCell
{
    private readonly Lock _lock = new();
    private readonly double[] _bounds;
    private readonly long[] _bucketCounts;
    private double _value;
    private long _count;

    /// <summary>Makes a cell at zero.</summary>
    /// <param name="bounds">Upper bounds of the buckets, ascending; empty unless it is a histogram's.</param>
    public SeriesCell(double[] bounds)
    {
        _bounds = bounds;
        _bucketCounts = bounds.Length == 0 ? [] : new long[bounds.Length + 1];
    }

    /// <summary>Adds to the sum.</summary>
    public void Add(double value)
    {
        lock (_lock)
        {
            _value += value;
        }
    }

    /// <summary>Replaces the value.</summary>
    public void Set(double value)
    {
        lock (_lock)
        {
            _value = value;
        }
    }

    /// <summary>Counts a value into its bucket.</summary>
    public void Record(double value)
    {
        // A bound belongs to its bucket (le = less or equal).
        var bucket = Array.BinarySearch(_bounds, value);
        lock (_lock)
        {
            _value += value;
            _count++;
            _bucketCounts[bucket < 0 ? ~bucket : bucket]++;
        }
    }

    /// <summary>The value, or a histogram's sum, with its count and counts by bucket (not cumulative, the last is beyond all bounds).</summary>
    public (double Value, long Count, long[] BucketCounts) Read()
    {
        lock (_lock)
        {
            return (_value, _count, (long[])_bucketCounts.Clone());
        }
    }
}
