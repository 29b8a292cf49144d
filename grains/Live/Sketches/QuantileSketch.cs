using System.Runtime.CompilerServices;
using Analytics.Grains.Live.Snapshot;

namespace Analytics.Grains.Live.Sketches;

/// <summary>
/// Quantiles of numbers with a relative error of 1 % at most (1/128 = 0.78 %): counts in buckets that grow with the values, as in DDSketch (C. Masson and others, 2019). A bucket is
/// a double's sign, exponent and highest six bits of the mantissa: 64 buckets between a power of two and the next, found without a logarithm, and by ClickHouse from the same
/// bits. So it is a function of the values, not of their order, and two are merged by adding.
/// </summary>
internal sealed class QuantileSketch
{
    /// <summary>Bits of a double below its bucket.</summary>
    public const int DroppedBits = 46;

    private const int BucketsOfPage = 64;
    private const int BucketCount = 1 << (64 - DroppedBits);
    private const int NegativeStart = BucketCount / 2;

    private readonly BucketPages _positive = new();
    private readonly BucketPages _negative = new();
    private long _zeros;

    /// <summary>Values taken.</summary>
    public long Count { get; private set; }

    /// <summary>The bucket of a value; negative zero is zero.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int BucketOf(double value) => (int)((ulong)BitConverter.DoubleToInt64Bits(value + 0.0) >> DroppedBits);

    /// <summary>Which value of as many, in their order, is not exceeded by this part of them: from 0 on.</summary>
    public static long RankOf(double part, long count) => (long)Math.Floor(part * (count - 1));

    /// <summary>Takes a value.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(double value) => Add(BucketOf(value), 1);

    /// <summary>Takes values of a bucket.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(int bucket, long count)
    {
        Count += count;
        if (bucket == 0)
        {
            _zeros += count;
        }
        else if (bucket < NegativeStart)
        {
            _positive.At(bucket) += count;
        }
        else
        {
            _negative.At(bucket - NegativeStart) += count;
        }
    }

    /// <summary>The value that this part of all values does not exceed: within 1 % of the one with that rank.</summary>
    /// <param name="part">0 to 1.</param>
    /// <param name="isInteger">Whether all values are integers.</param>
    /// <returns>0 without values.</returns>
    public double Quantile(double part, bool isInteger = false)
    {
        var left = RankOf(part, Count);
        foreach (var (bucket, count) in _negative.Ascending().Reverse())
        {
            left -= count;
            if (left < 0)
            {
                return -MiddleOf(bucket, isInteger);
            }
        }

        left -= _zeros;
        if (left < 0)
        {
            return 0;
        }

        foreach (var (bucket, count) in _positive.Ascending())
        {
            left -= count;
            if (left < 0)
            {
                return MiddleOf(bucket, isInteger);
            }
        }

        return 0;
    }

    /// <summary>Buckets that are not empty, with their counts, in order of their numbers.</summary>
    public IEnumerable<(int Bucket, long Count)> Buckets()
    {
        if (_zeros > 0)
        {
            yield return (0, _zeros);
        }

        foreach (var bucket in _positive.Ascending())
        {
            yield return bucket;
        }

        foreach (var (bucket, count) in _negative.Ascending())
        {
            yield return (bucket + NegativeStart, count);
        }
    }

    /// <summary>Writes it, for <see cref="Restore"/>.</summary>
    public void Save(SnapshotWriter writer)
    {
        writer.WriteUnsigned((ulong)Buckets().Count());
        var last = 0;
        foreach (var (bucket, count) in Buckets())
        {
            writer.WriteUnsigned((ulong)(bucket - last));
            writer.WriteUnsigned((ulong)count);
            last = bucket;
        }
    }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    public static QuantileSketch Restore(ref SnapshotReader reader)
    {
        var sketch = new QuantileSketch();
        var bucket = 0L;
        for (var left = reader.ReadLength(bytesEachMin: 2); left > 0; left--)
        {
            bucket += reader.ReadCount();
            if (bucket is < 0 or >= BucketCount)
            {
                reader.Refuse();
                return sketch;
            }

            sketch.Add((int)bucket, reader.ReadCount());
        }

        return sketch;
    }

    // Half-way between a bucket's ends is never farther from a value in it than 1/128 of the value. Of integers a narrow bucket has one at most.
    private static double MiddleOf(int bucket, bool isInteger)
    {
        var low = BitConverter.Int64BitsToDouble((long)bucket << DroppedBits);
        var high = BitConverter.Int64BitsToDouble((long)(bucket + 1) << DroppedBits);
        var middle = BitConverter.Int64BitsToDouble(((long)bucket << DroppedBits) | (1L << (DroppedBits - 1)));
        return !isInteger ? middle : high - low <= 1 ? Math.Ceiling(low) : Math.Floor(middle);
    }

    /// <summary>Counts of buckets, in pages of those between two powers of two; made where there are values.</summary>
    private sealed class BucketPages
    {
        private long[]?[] _pages = [];
        private int _start;

        /// <summary>The count of a bucket.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public ref long At(int bucket)
        {
            var page = (bucket / BucketsOfPage) - _start;
            var pages = _pages;
            if ((uint)page < (uint)pages.Length && pages[page] is { } counts)
            {
                return ref counts[bucket % BucketsOfPage];
            }

            return ref Make(bucket);
        }

        public IEnumerable<(int Bucket, long Count)> Ascending()
        {
            for (var i = 0; i < _pages.Length * BucketsOfPage; i++)
            {
                if (_pages[i / BucketsOfPage] is { } page && page[i % BucketsOfPage] is var count && count > 0)
                {
                    yield return ((_start * BucketsOfPage) + i, count);
                }
            }
        }

        private ref long Make(int bucket)
        {
            var page = bucket / BucketsOfPage;
            if (_pages.Length == 0)
            {
                (_start, _pages) = (page, new long[1][]);
            }
            else if (page < _start)
            {
                _pages = [.. new long[_start - page][], .. _pages];
                _start = page;
            }
            else if (page >= _start + _pages.Length)
            {
                Array.Resize(ref _pages, page - _start + 1);
            }

            return ref (_pages[page - _start] ??= new long[BucketsOfPage])[bucket % BucketsOfPage];
        }
    }
}
