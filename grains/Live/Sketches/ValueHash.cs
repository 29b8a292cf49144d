using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Analytics.Grains.Columns;

namespace Analytics.Grains.Live.Sketches;

/// <summary>
/// 64-bit hashes of values that ClickHouse computes too (<see cref="Rebuild.SketchSql"/>), so that a sketch made by SQL is the one that was kept: <c>xxHash64</c>
/// for texts, <c>intHash64</c> for numbers and positions. They are not keyed: who chooses values can make them collide, and gets wrong estimates of his own metric.
/// </summary>
internal static class ValueHash
{
    // https://github.com/Cyan4973/xxHash/blob/dev/doc/xxhash_spec.md, XXH64 with seed 0.
    private const ulong Prime1 = 11400714785074694791;
    private const ulong Prime2 = 14029467366897019727;
    private const ulong Prime3 = 1609587929392839161;
    private const ulong Prime4 = 9650029242287828579;
    private const ulong Prime5 = 2870177450012600261;

    // What ClickHouse's intHash64 adds, so that nought is not its own hash.
    private const ulong IntegerSalt = 0x4CF2D2BAAE6DA887;

    /// <summary>The hash of a text.</summary>
    public static ulong Of(ReadOnlySpan<byte> text)
    {
        var rest = text;
        ulong hash;
        if (text.Length >= 32)
        {
            hash = Stripes(ref rest);
        }
        else
        {
            hash = Prime5;
        }

        hash += (ulong)text.Length;
        for (; rest.Length >= 8; rest = rest[8..])
        {
            hash = (BitOperations.RotateLeft(hash ^ Round(0, BinaryPrimitives.ReadUInt64LittleEndian(rest)), 27) * Prime1) + Prime4;
        }

        if (rest.Length >= 4)
        {
            hash = (BitOperations.RotateLeft(hash ^ (BinaryPrimitives.ReadUInt32LittleEndian(rest) * Prime1), 23) * Prime2) + Prime3;
            rest = rest[4..];
        }

        foreach (var one in rest)
        {
            hash = BitOperations.RotateLeft(hash ^ (one * Prime5), 11) * Prime1;
        }

        hash = (hash ^ (hash >> 33)) * Prime2;
        hash = (hash ^ (hash >> 29)) * Prime3;
        return hash ^ (hash >> 32);
    }

    /// <summary>The hash of an integer: that of the same double while it is one exactly, so that a column may become one of doubles.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Of(long value) =>
        Mix(value is >= -ColumnFit.ExactIntegerMax and <= ColumnFit.ExactIntegerMax ? (ulong)BitConverter.DoubleToInt64Bits(value) : (ulong)value);

    /// <summary>The hash of a double; negative zero is zero.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Of(double value) => Mix((ulong)BitConverter.DoubleToInt64Bits(value + 0.0));

    /// <summary>ClickHouse's <c>intHash64</c>: every word gives another one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Mix(ulong word)
    {
        word ^= IntegerSalt;
        word = (word ^ (word >> 33)) * 0xFF51AFD7ED558CCD;
        word = (word ^ (word >> 33)) * 0xC4CEB9FE1A85EC53;
        return word ^ (word >> 33);
    }

    private static ulong Stripes(ref ReadOnlySpan<byte> rest)
    {
        var (one, two, three, four) = (unchecked(Prime1 + Prime2), Prime2, 0UL, unchecked(0UL - Prime1));
        for (; rest.Length >= 32; rest = rest[32..])
        {
            var lanes = MemoryMarshal.Cast<byte, ulong>(rest[..32]);
            one = Round(one, lanes[0]);
            two = Round(two, lanes[1]);
            three = Round(three, lanes[2]);
            four = Round(four, lanes[3]);
        }

        var hash = BitOperations.RotateLeft(one, 1) + BitOperations.RotateLeft(two, 7) + BitOperations.RotateLeft(three, 12) + BitOperations.RotateLeft(four, 18);
        hash = Join(hash, one);
        hash = Join(hash, two);
        hash = Join(hash, three);
        return Join(hash, four);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Round(ulong lane, ulong input) => BitOperations.RotateLeft(lane + (input * Prime2), 31) * Prime1;

    private static ulong Join(ulong hash, ulong lane) => ((hash ^ Round(0, lane)) * Prime1) + Prime4;
}
