using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using Analytics.Grains.Live.Snapshot;

namespace Analytics.Grains.Live.Sketches;

/// <summary>The different values of a column of texts.</summary>
internal sealed class TextTally() : ValueTally<byte[]>(ValuesMax, hasTop: true, ByteStringComparer.Instance)
{
    /// <summary>Different values counted one by one at most. 1,000 covers countries, branches, API names; users and sessions need sketches.</summary>
    internal const int ValuesMax = 1000;

    /// <summary>Bytes of all different values at most, so that a thousand long texts do not fill the memory.</summary>
    internal const int BytesMax = 256 * 1024;

    private int _bytes;

    /// <summary>Takes a value of a row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(ReadOnlySpan<byte> value, ulong rank)
    {
        if (ExactOrNull is not { } exact)
        {
            AddToSketches(value, rank);
            return;
        }

        ref var stat = ref CollectionsMarshal.GetValueRefOrAddDefault(exact.GetAlternateLookup<ReadOnlySpan<byte>>(), value, out var exists);
        stat = stat.And(1, rank);
        if (!exists)
        {
            NoteNew(value.ToArray());
        }
    }

    /// <inheritdoc />
    protected override ulong HashOf(byte[] value) => ValueHash.Of(value);

    /// <inheritdoc />
    protected override byte[] Parse(byte[] text) => text;

    /// <inheritdoc />
    protected override string TextOf(byte[] value) => Encoding.UTF8.GetString(value);

    /// <inheritdoc />
    protected override int BytesOf(byte[] value) => value.Length;

    /// <inheritdoc />
    protected override bool HasRoomForBytes(int bytes) => _bytes + bytes <= BytesMax;

    /// <inheritdoc />
    protected override bool TakeBytes(int bytes) => (_bytes += bytes) <= BytesMax;

    /// <inheritdoc />
    protected override int Compare(byte[] one, byte[] other) => one.AsSpan().SequenceCompareTo(other);

    /// <inheritdoc />
    protected override void Write(SnapshotWriter writer, byte[] value) => writer.WriteBytes(value);

    /// <inheritdoc />
    protected override byte[] Read(ref SnapshotReader reader) => reader.ReadBytes().ToArray();

    private void AddToSketches(ReadOnlySpan<byte> value, ulong rank)
    {
        var hash = ValueHash.Of(value);
        Uniques!.Add(hash);
        Frequencies!.Add(hash, 1);
        if (rank < Sample!.Bound)
        {
            Sample.Add(value.ToArray(), rank);
        }
    }
}
