using System.Runtime.InteropServices;
using System.Text;
using Analytics.GrainInterfaces.Batches;
using Analytics.GrainInterfaces.Live;
using Analytics.Grains.Columns;
using Analytics.Grains.Live.Snapshot;

namespace Analytics.Grains.Live;

/// <summary>
/// Exact counts per value of a column of strings or booleans, while there are few different ones. Beyond a bound the counts are
/// given up for good: whether they are depends on the set of values alone, so a rebuilt state agrees.
/// </summary>
internal sealed class LiveText(ColumnType type) : LiveField(type)
{
    /// <summary>Different values counted at most. 1,000 covers countries, branches, API names; users and sessions need a sketch.</summary>
    internal const int ValuesMax = 1000;

    /// <summary>Bytes of all different values at most, so that a thousand long texts do not fill the memory.</summary>
    internal const int BytesMax = 256 * 1024;

    /// <summary>Values in a snapshot.</summary>
    internal const int TopMax = 10;

    private static readonly byte[] True = "true"u8.ToArray();
    private static readonly byte[] False = "false"u8.ToArray();

    private Dictionary<byte[], long>? _counts = new(ByteStringComparer.Instance);
    private int _bytes;

    /// <summary>Whether values are counted one by one; false once there were too many different ones.</summary>
    public bool HasCounts => _counts is not null;

    /// <summary>Takes what SQL computed over rows of the table.</summary>
    /// <param name="count">Number of values.</param>
    /// <param name="counts">Count per different value, one more than <see cref="ValuesMax"/> of them when there are more; any when there are
    /// no counts to add to.</param>
    public void Merge(long count, IEnumerable<(byte[] Value, long Count)> counts)
    {
        foreach (var (value, valueCount) in counts)
        {
            Add(value, valueCount);
        }

        Count += count;
    }

    /// <inheritdoc />
    public override bool CanBecome(ColumnType type) => type == Type || (Type.IsText() && type.IsText());

    /// <inheritdoc />
    public override LiveField As(ColumnType type) =>
        type != Type && CanBecome(type) ? new LiveText(type) { Count = Count, _counts = _counts, _bytes = _bytes } : base.As(type);

    /// <inheritdoc />
    public override FieldSnapshot Describe(FieldSnapshot bare)
    {
        if (_counts is null || Count == 0)
        {
            return bare;
        }

        var top = _counts
            .OrderByDescending(pair => pair.Value)
            .ThenBy(pair => pair.Key, ByteOrder.Instance)
            .Take(TopMax)
            .Select(pair => new TopValue(Encoding.UTF8.GetString(pair.Key), pair.Value));
        return bare with { Unique = _counts.Count, Top = [.. top] };
    }

    /// <inheritdoc />
    public override void Save(SnapshotWriter writer)
    {
        // Nought is "given up", otherwise the number of values plus one.
        writer.WriteUnsigned((ulong)Count);
        writer.WriteUnsigned(_counts is null ? 0 : (ulong)_counts.Count + 1);
        foreach (var (value, count) in (_counts ?? []).OrderBy(static pair => pair.Key, ByteOrder.Instance))
        {
            writer.WriteBytes(value);
            writer.WriteUnsigned((ulong)count);
        }
    }

    /// <inheritdoc />
    protected override void Restore(ref SnapshotReader reader)
    {
        Count = reader.ReadCount();
        var values = reader.ReadLength(bytesEachMin: 2) - 1;
        for (var i = 0; i < values; i++)
        {
            var value = reader.ReadBytes();
            Add(value, reader.ReadCount());
        }

        _counts = values < 0 ? null : _counts;
    }

    /// <inheritdoc />
    protected override void TakeAll(FieldColumn column)
    {
        if (column.Kind == FieldKind.Bool)
        {
            var trues = 0L;
            foreach (var bits in column.Bits)
            {
                trues += bits;
            }

            AddSome(True, trues);
            AddSome(False, column.Count - trues);
            return;
        }

        for (var i = 0; i < column.Count && _counts is not null; i++)
        {
            Add(column.BytesAt(i), 1);
        }
    }

    /// <inheritdoc />
    protected override void Take(FieldColumn column, int index)
    {
        if (column.KindAt(index) == FieldKind.Bool)
        {
            Add(column.Bits[index] == 0 ? False : True, 1);
        }
        else
        {
            Add(column.BytesAt(index), 1);
        }
    }

    private void AddSome(byte[] value, long count)
    {
        if (count > 0)
        {
            Add(value, count);
        }
    }

    private void Add(ReadOnlySpan<byte> value, long count)
    {
        if (_counts is null)
        {
            return;
        }

        var lookup = _counts.GetAlternateLookup<ReadOnlySpan<byte>>();
        ref var known = ref CollectionsMarshal.GetValueRefOrAddDefault(lookup, value, out var exists);
        known += count;
        if (!exists)
        {
            _bytes += value.Length;
            if (_counts.Count > ValuesMax || _bytes > BytesMax)
            {
                _counts = null;
            }
        }
    }

    private sealed class ByteOrder : IComparer<byte[]>
    {
        public static readonly ByteOrder Instance = new();

        public int Compare(byte[]? x, byte[]? y) => x.AsSpan().SequenceCompareTo(y);
    }
}
