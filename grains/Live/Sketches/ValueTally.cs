using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Analytics.GrainInterfaces.Live;
using Analytics.Grains.Live.Snapshot;

namespace Analytics.Grains.Live.Sketches;

/// <summary>
/// How many different values a column has, and which ones it has most often: counted one by one while there are few, by sketches beyond a bound. Whether it is beyond depends on the
/// set of values alone, and the sketches are made of the values and ranks counted so far: so what is known is a function of the rows, not of their order.
/// </summary>
/// <typeparam name="TValue">The values.</typeparam>
/// <param name="limit">How many different ones are counted by themselves.</param>
/// <param name="hasTop">Whether the most frequent ones are looked for beyond that.</param>
/// <param name="comparer">Compares them.</param>
internal abstract class ValueTally<TValue>(int limit, bool hasTop, IEqualityComparer<TValue>? comparer = null) : IValueTally
    where TValue : notnull
{
    /// <summary>Values in <see cref="Top"/>.</summary>
    internal const int TopMax = 10;

    private Dictionary<TValue, ValueStat>? _exact = new(comparer);

    /// <inheritdoc />
    public bool IsExact => _exact is not null;

    /// <summary>The values counted one by one; none any more beyond the bound.</summary>
    public IReadOnlyDictionary<TValue, ValueStat> Exact => _exact ?? [];

    /// <inheritdoc />
    public UniqueSketch? Uniques { get; private set; }

    /// <inheritdoc />
    public FrequencySketch? Frequencies { get; private set; }

    /// <summary>Values that may be frequent, beyond the bound; <see langword="null"/> where they are not looked for.</summary>
    public ValueSample<TValue>? Sample { get; private set; }

    /// <summary>Number of different values: exact, or within 1.6 % (standard error).</summary>
    public long Unique => _exact?.Count ?? Uniques!.Estimate();

    /// <summary>Takes as many of a value.</summary>
    /// <param name="value">The value.</param>
    /// <param name="count">How many rows have it, 1 or more.</param>
    /// <param name="rank">The lowest rank of these rows.</param>
    public void Add(TValue value, long count, ulong rank)
    {
        if (_exact is null)
        {
            var hash = HashOf(value);
            Uniques!.Add(hash);
            Frequencies?.Add(hash, count);
            Sample?.Add(value, rank);
            return;
        }

        ref var stat = ref CollectionsMarshal.GetValueRefOrAddDefault(_exact, value, out var exists);
        stat = stat.And(count, rank);
        if (!exists)
        {
            NoteNew(value);
        }
    }

    /// <summary>The most frequent values, most frequent first; <see langword="null"/> where they are not known.</summary>
    public TopValue[]? Top()
    {
        if (_exact is not null)
        {
            return Order(_exact.Select(static pair => (pair.Key, pair.Value.Count)), error: null);
        }

        return Frequencies is { } frequencies ? Order(Sample!.Ranks.Keys.Select(value => (value, frequencies.Estimate(HashOf(value)))), frequencies.Error) : null;
    }

    /// <inheritdoc />
    public void Add(ValueRow row) => Add(Parse(row.Text), row.Count, row.Rank);

    /// <inheritdoc />
    public void AddToSample(byte[] text, ulong rank) => Sample!.Add(Parse(text), rank);

    /// <inheritdoc />
    public bool HasRoomFor(IReadOnlyCollection<ValueRow> rows)
    {
        var others = rows.Select(row => Parse(row.Text)).Where(value => !Exact.ContainsKey(value)).ToList();
        return IsExact && Exact.Count + others.Count <= limit && HasRoomForBytes(others.Sum(BytesOf));
    }

    /// <inheritdoc />
    public void GiveUp()
    {
        if (_exact is not { } exact)
        {
            return;
        }

        _exact = null;
        Uniques = new UniqueSketch();
        if (hasTop)
        {
            Frequencies = new FrequencySketch();
            Sample = new ValueSample<TValue>(comparer);
        }

        foreach (var (value, stat) in exact)
        {
            Add(value, stat.Count, stat.Rank);
        }
    }

    /// <summary>Writes it, for <see cref="Restore"/>.</summary>
    public void Save(SnapshotWriter writer)
    {
        // Nought is "given up", otherwise the number of values plus one.
        writer.WriteUnsigned(_exact is null ? 0 : (ulong)_exact.Count + 1);
        if (_exact is not null)
        {
            foreach (var (value, stat) in Sorted(_exact.Select(static pair => (pair.Key, pair.Value))))
            {
                Write(writer, value);
                writer.WriteUnsigned((ulong)stat.Count);
                writer.WriteWord(stat.Rank);
            }

            return;
        }

        Uniques!.Save(writer);
        if (Frequencies is null)
        {
            return;
        }

        Frequencies.Save(writer);
        writer.WriteUnsigned((ulong)Sample!.Ranks.Count);
        foreach (var (value, rank) in Sorted(Sample.Ranks.Select(static pair => (pair.Key, pair.Value))))
        {
            Write(writer, value);
            writer.WriteWord(rank);
        }
    }

    /// <summary>Reads what <see cref="Save"/> wrote, into an empty state.</summary>
    public void Restore(ref SnapshotReader reader)
    {
        var values = reader.ReadLength(bytesEachMin: 10) - 1;
        for (var i = 0; i < values; i++)
        {
            var value = Read(ref reader);
            var count = reader.ReadCount();
            Add(value, count, reader.ReadWord());
        }

        if (values >= 0)
        {
            return;
        }

        GiveUp();
        Uniques = UniqueSketch.Restore(ref reader);
        if (!hasTop)
        {
            return;
        }

        Frequencies = FrequencySketch.Restore(ref reader);
        for (var left = reader.ReadLength(bytesEachMin: 9); left > 0; left--)
        {
            var value = Read(ref reader);
            Sample!.Add(value, reader.ReadWord());
        }
    }

    /// <summary>The values counted one by one; <see langword="null"/> beyond the bound.</summary>
    protected Dictionary<TValue, ValueStat>? ExactOrNull
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => _exact;
    }

    /// <summary>A value was added to those counted by themselves.</summary>
    protected void NoteNew(TValue value)
    {
        if (_exact!.Count > limit || !TakeBytes(BytesOf(value)))
        {
            GiveUp();
        }
    }

    /// <summary>The hash that the sketches know a value by.</summary>
    protected abstract ulong HashOf(TValue value);

    /// <summary>A value from the text that SQL gives.</summary>
    protected abstract TValue Parse(byte[] text);

    /// <summary>A value as people read it.</summary>
    protected abstract string TextOf(TValue value);

    /// <summary>Bytes of a value that count against a bound.</summary>
    protected virtual int BytesOf(TValue value) => 0;

    /// <summary>Whether as many bytes more are within the bound.</summary>
    protected virtual bool HasRoomForBytes(int bytes) => true;

    /// <summary>Counts bytes; false when they are beyond the bound.</summary>
    protected virtual bool TakeBytes(int bytes) => true;

    /// <summary>An order of values that is always the same.</summary>
    protected abstract int Compare(TValue one, TValue other);

    /// <summary>Writes a value.</summary>
    protected abstract void Write(SnapshotWriter writer, TValue value);

    /// <summary>Reads a value.</summary>
    protected abstract TValue Read(ref SnapshotReader reader);

    private TopValue[] Order(IEnumerable<(TValue Value, long Count)> values, long? error)
    {
        var top = values.ToList();
        top.Sort((one, other) => one.Count != other.Count ? other.Count.CompareTo(one.Count) : Compare(one.Value, other.Value));
        return [.. top.Take(TopMax).Select(pair => new TopValue(TextOf(pair.Value), pair.Count) { Error = error })];
    }

    private List<(TValue Value, T What)> Sorted<T>(IEnumerable<(TValue Value, T What)> values)
    {
        var sorted = values.ToList();
        sorted.Sort((one, other) => Compare(one.Value, other.Value));
        return sorted;
    }
}
