using System.Runtime.CompilerServices;
using Orleans;

namespace Analytics.GrainInterfaces.Batches;

/// <summary>
/// The values of one field in one <see cref="EventBatch"/>: parallel arrays, only for the rows that have a value.
/// Immutable once built; whoever holds the batch may read it from any thread.
/// </summary>
[GenerateSerializer, Immutable, Alias("analytics.FieldColumn")]
public sealed class FieldColumn
{
    /// <summary>Bytes of a column besides its arrays' elements: the object, two to four arrays' heads, its place in the batch.</summary>
    internal const int ObjectBytes = 128;

    /// <summary>The flattened field name (<c>address_city</c>), 1-128 bytes of UTF-8 without control characters.</summary>
    [Id(0)]
    public required string Name { get; init; }

    /// <summary>The kind of every value, or <see cref="FieldKind.Mixed"/> when they differ.</summary>
    [Id(1)]
    public required FieldKind Kind { get; init; }

    /// <summary>One kind a value; <see langword="null"/> unless <see cref="Kind"/> is <see cref="FieldKind.Mixed"/>.</summary>
    [Id(2)]
    public FieldKind[]? Kinds { get; init; }

    /// <summary>The row of each value, ascending; <see langword="null"/> when value <c>i</c> belongs to row <c>i</c> (every row has one).</summary>
    [Id(3)]
    public int[]? Rows { get; init; }

    /// <summary>One word a value: the number itself, or <c>offset &lt;&lt; 32 | length</c> into <see cref="Heap"/>.</summary>
    [Id(4)]
    public required long[] Bits { get; init; }

    /// <summary>Bytes of strings, JSON texts and array elements, one after the other.</summary>
    [Id(5)]
    public required byte[] Heap { get; init; }

    /// <summary>Number of values, 1 or more.</summary>
    public int Count => Bits.Length;

    /// <summary>The kind of value <paramref name="index"/> (not row).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public FieldKind KindAt(int index) => Kinds is null ? Kind : Kinds[index];

    /// <summary>The row of value <paramref name="index"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int RowAt(int index) => Rows is null ? index : Rows[index];

    /// <summary>The bytes of value <paramref name="index"/>; only for kinds whose bits point into the heap.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ReadOnlySpan<byte> BytesAt(int index)
    {
        var bits = Bits[index];
        return Heap.AsSpan((int)(bits >> 32), (int)bits);
    }

    /// <summary>Packs a heap range into the bits of a value.</summary>
    /// <param name="offset">First byte in the heap, 0 or more.</param>
    /// <param name="length">Number of bytes, 0 or more.</param>
    public static long HeapRange(int offset, int length) => ((long)offset << 32) | (uint)length;
}
