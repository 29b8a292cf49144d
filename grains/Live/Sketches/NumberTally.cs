using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Analytics.GrainInterfaces.Batches;
using Analytics.GrainInterfaces.Live;
using Analytics.Grains.Live.Snapshot;

namespace Analytics.Grains.Live.Sketches;

/// <summary>The different values of a column of integers, of times, or of doubles by their bits. Of integers the most frequent are known however many there are: they
/// may be codes; of measured numbers and times only while they are few.</summary>
internal sealed class NumberTally(NumberKind kind) : ValueTally<long>(ValuesMax, hasTop: kind == NumberKind.Integer)
{
    /// <summary>Different values counted one by one at most: status codes, quantities, ages.</summary>
    internal const int ValuesMax = 256;

    /// <summary>The bits by which a double is known; negative zero is zero.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static long KeyOf(double value) => BitConverter.DoubleToInt64Bits(value + 0.0);

    /// <summary>Takes a value of a row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(long value, ulong rank)
    {
        if (ExactOrNull is not { } exact)
        {
            AddToSketches(value, rank);
            return;
        }

        ref var stat = ref CollectionsMarshal.GetValueRefOrAddDefault(exact, value, out var exists);
        stat = stat.And(1, rank);
        if (!exists)
        {
            NoteNew(value);
        }
    }

    /// <summary>The values that these parts of all do not exceed; <see langword="null"/> when they are not counted one by one.</summary>
    /// <param name="parts">Ascending, 0 to 1.</param>
    public long[]? Quantiles(ReadOnlySpan<double> parts)
    {
        if (!IsExact || Exact.Count == 0)
        {
            return null;
        }

        var values = Exact.Keys.ToArray();
        Array.Sort(values, Compare);
        var rowCount = Exact.Values.Sum(static stat => stat.Count);
        var quantiles = new long[parts.Length];
        var (next, passed) = (0, 0L);
        foreach (var value in values)
        {
            passed += Exact[value].Count;
            for (; next < parts.Length && QuantileSketch.RankOf(parts[next], rowCount) < passed; next++)
            {
                quantiles[next] = value;
            }
        }

        return quantiles;
    }

    /// <summary>Takes the values of a column, all of this kind.</summary>
    public void AddAll(FieldColumn column, in RowRanks ranks)
    {
        var i = 0;
        for (; i < column.Count && (IsExact || Frequencies is not null); i++)
        {
            Add(kind == NumberKind.Double ? KeyOf(BitConverter.Int64BitsToDouble(column.Bits[i])) : column.Bits[i], ranks.Of(column.RowAt(i)));
        }

        // Doubles, of which none is looked for by itself: no ranks are needed.
        if (i < column.Count)
        {
            var uniques = Uniques!;
            foreach (var bits in column.Bits.AsSpan(i))
            {
                uniques.Add(ValueHash.Of(BitConverter.Int64BitsToDouble(bits)));
            }
        }
    }

    /// <summary>The same of a column of integers that became one of doubles. Not to be used any more afterwards.</summary>
    public NumberTally AsDoubles()
    {
        var doubles = new NumberTally(NumberKind.Double);
        foreach (var (value, stat) in Exact)
        {
            doubles.Add(KeyOf(value), stat.Count, stat.Rank);
        }

        if (!IsExact)
        {
            doubles.GiveUp();
            doubles.Uniques!.Merge(Uniques!);
        }

        return doubles;
    }

    /// <inheritdoc />
    protected override ulong HashOf(long value) => kind == NumberKind.Double ? ValueHash.Mix((ulong)value) : ValueHash.Of(value);

    /// <inheritdoc />
    protected override long Parse(byte[] text) => long.Parse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);

    /// <inheritdoc />
    protected override string TextOf(long value) => kind switch
    {
        NumberKind.Integer => value.ToString(CultureInfo.InvariantCulture),
        NumberKind.Double => BitConverter.Int64BitsToDouble(value).ToString("R", CultureInfo.InvariantCulture),
        _ => TimeText.Of(value),
    };

    /// <inheritdoc />
    protected override int Compare(long one, long other) => kind == NumberKind.Double
        ? BitConverter.Int64BitsToDouble(one).CompareTo(BitConverter.Int64BitsToDouble(other))
        : one.CompareTo(other);

    /// <inheritdoc />
    protected override void Write(SnapshotWriter writer, long value) => writer.WriteWord((ulong)value);

    /// <inheritdoc />
    protected override long Read(ref SnapshotReader reader) => (long)reader.ReadWord();

    // Here and not in the base class, whose call for the hash is a third of what a value costs.
    private void AddToSketches(long value, ulong rank)
    {
        var hash = HashOf(value);
        Uniques!.Add(hash);
        if (Frequencies is { } frequencies)
        {
            frequencies.Add(hash, 1);
            Sample!.Add(value, rank);
        }
    }
}
