using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace Analytics.Silo.Http.Telemetry;

/// <summary>All series of one instrument.</summary>
internal sealed class InstrumentSeries
{
    /// <summary>Series of one instrument at most; further label sets are counted together in one series <c>overflow="true"</c>.
    /// 2,000 keep one scrape under a megabyte; labels of ours have few values (codes, triggers, partitions).</summary>
    public const int SeriesMax = 2_000;

    // For histograms that give no advice of their own: sizes from one to ten thousand.
    private static readonly double[] DefaultBounds = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000];
    private static readonly KeyValuePair<string, object?>[] OverflowTags = [new("overflow", "true")];

    private readonly ConcurrentDictionary<TagSet, SeriesCell> _cells = new(TagSet.Comparer);
    private readonly double[] _bounds;
    private int _count;

    /// <summary>Reads what an instrument is.</summary>
    public InstrumentSeries(Instrument instrument)
    {
        Instrument = instrument;
        var type = instrument.GetType().GetGenericTypeDefinition();
        Kind = type switch
        {
            _ when type == typeof(Counter<>) || type == typeof(ObservableCounter<>) => SeriesKind.Counter,
            _ when type == typeof(Histogram<>) => SeriesKind.Histogram,
            _ => SeriesKind.Gauge,
        };
        IsSum = type == typeof(Counter<>) || type == typeof(UpDownCounter<>);
        _bounds = Kind == SeriesKind.Histogram ? AdvisedBounds(instrument) ?? DefaultBounds : [];
    }

    /// <summary>The instrument.</summary>
    public Instrument Instrument { get; }

    /// <summary>How the exposition calls it.</summary>
    public SeriesKind Kind { get; }

    /// <summary>Upper bounds of a histogram's buckets.</summary>
    public IReadOnlyList<double> Bounds => _bounds;

    /// <summary>The series and their values, in no order.</summary>
    public IEnumerable<KeyValuePair<TagSet, SeriesCell>> Cells => _cells;

    /// <summary>Whether measurements are added up here; observed ones come as totals.</summary>
    private bool IsSum { get; }

    /// <summary>Takes one measurement.</summary>
    public void Take(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var cell = CellOf(tags);
        if (Kind == SeriesKind.Histogram)
        {
            cell.Record(value);
        }
        else if (IsSum)
        {
            cell.Add(value);
        }
        else
        {
            cell.Set(value);
        }
    }

    /// <summary>Forgets the series of an observed instrument before it is observed anew, so that vanished ones vanish.</summary>
    public void BeginObservation()
    {
        if (Instrument.IsObservable)
        {
            _cells.Clear();
            _count = 0;
        }
    }

    private SeriesCell CellOf(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var lookup = _cells.GetAlternateLookup<ReadOnlySpan<KeyValuePair<string, object?>>>();
        if (lookup.TryGetValue(tags, out var cell))
        {
            return cell;
        }

        if (Interlocked.Increment(ref _count) > SeriesMax)
        {
            tags = OverflowTags;
            if (lookup.TryGetValue(tags, out cell))
            {
                return cell;
            }
        }

        cell = new SeriesCell(_bounds);
        return lookup.TryAdd(tags, cell) || !lookup.TryGetValue(tags, out var other) ? cell : other;
    }

    private static double[]? AdvisedBounds(Instrument instrument) => instrument switch
    {
        Histogram<double> { Advice.HistogramBucketBoundaries: { } bounds } => [.. bounds],
        Histogram<long> { Advice.HistogramBucketBoundaries: { } bounds } => [.. bounds.Select(bound => (double)bound)],
        Histogram<int> { Advice.HistogramBucketBoundaries: { } bounds } => [.. bounds.Select(bound => (double)bound)],
        _ => null,
    };
}
