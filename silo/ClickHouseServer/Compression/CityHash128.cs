using System.Buffers.Binary;
using System.Numerics;

namespace Analytics.Silo.ClickHouseServer.Compression;

/// <summary>The checksum of ClickHouse's compressed frames: CityHash128 of version 1.0.2, whose values later versions do not give.</summary>
internal static class CityHash128
{
    private const ulong K0 = 0xc3a5c85c97cb3127;
    private const ulong K1 = 0xb492b66fbe98f273;
    private const ulong K2 = 0x9ae16a3b2f90404f;
    private const ulong K3 = 0xc949d7c7509e6557;
    private const ulong Multiplier = 0x9ddfea08eb382d69;

    /// <summary>The hash's halves.</summary>
    public static (ulong Low, ulong High) Of(ReadOnlySpan<byte> data) => data.Length switch
    {
        >= 16 => Seeded(data[16..], Read(data, 0) ^ K3, Read(data, 8)),
        >= 8 => Seeded([], Read(data, 0) ^ ((ulong)data.Length * K0), Read(data, data.Length - 8) ^ K1),
        _ => Seeded(data, K0, K1),
    };

    private static (ulong Low, ulong High) Seeded(ReadOnlySpan<byte> data, ulong low, ulong high)
    {
        if (data.Length < 128)
        {
            return Short(data, low, high);
        }

        var all = data;
        var (x, y, z) = (low, high, (ulong)data.Length * K1);
        var v0 = (BitOperations.RotateRight(y ^ K1, 49) * K1) + Read(data, 0);
        var v1 = (BitOperations.RotateRight(v0, 42) * K1) + Read(data, 8);
        var w0 = (BitOperations.RotateRight(y + z, 35) * K1) + x;
        var w1 = BitOperations.RotateRight(x + Read(data, 88), 53) * K1;

        // Two rounds of 64 bytes at a time, as the algorithm has it: what is left may be longer than one.
        for (; data.Length >= 128; data = data[128..])
        {
            for (var half = 0; half < 128; half += 64)
            {
                x = BitOperations.RotateRight(x + y + v0 + Read(data, half + 16), 37) * K1;
                y = BitOperations.RotateRight(y + v1 + Read(data, half + 48), 42) * K1;
                x ^= w1;
                y ^= v0;
                z = BitOperations.RotateRight(z ^ w0, 33);
                (v0, v1) = Weak(data[half..], v1 * K1, x + w0);
                (w0, w1) = Weak(data[(half + 32)..], z + w1, y);
                (z, x) = (x, z);
            }
        }

        y += (BitOperations.RotateRight(w0, 37) * K0) + z;
        x += BitOperations.RotateRight(v0 + z, 49) * K0;

        // Up to four pieces of 32 bytes, from the end; the last one may reach into what was hashed already.
        for (var done = 0; done < data.Length;)
        {
            done += 32;
            y = (BitOperations.RotateRight(y - x, 42) * K0) + v1;
            w0 += Read(all, all.Length - done + 16);
            x = (BitOperations.RotateRight(x, 49) * K0) + w0;
            w0 += v0;
            (v0, v1) = Weak(all[^done..], v0, v1);
        }

        x = Mix(x, v0);
        y = Mix(y, w0);
        return (Mix(x + v1, w1) + y, Mix(x + w1, y + v1));
    }

    /// <summary>Fewer than 128 bytes.</summary>
    private static (ulong Low, ulong High) Short(ReadOnlySpan<byte> data, ulong low, ulong high)
    {
        var (a, b, c, d) = (low, high, 0UL, 0UL);
        if (data.Length <= 16)
        {
            a = Shift(a * K1) * K1;
            c = (b * K1) + Tiny(data);
            d = Shift(a + (data.Length >= 8 ? Read(data, 0) : c));
        }
        else
        {
            c = Mix(Read(data, data.Length - 8) + K1, a);
            d = Mix(b + (ulong)data.Length, c + Read(data, data.Length - 16));
            a += d;
            var at = 0;
            do
            {
                a = (a ^ (Shift(Read(data, at) * K1) * K1)) * K1;
                b ^= a;
                c = (c ^ (Shift(Read(data, at + 8) * K1) * K1)) * K1;
                d ^= c;
                at += 16;
            }
            while (at < data.Length - 16);
        }

        a = Mix(a, c);
        b = Mix(d, b);
        return (a ^ b, Mix(b, a));
    }

    /// <summary>At most 16 bytes.</summary>
    private static ulong Tiny(ReadOnlySpan<byte> data)
    {
        var length = data.Length;
        if (length > 8)
        {
            var last = Read(data, length - 8);
            return Mix(Read(data, 0), BitOperations.RotateRight(last + (ulong)length, length)) ^ last;
        }

        if (length >= 4)
        {
            return Mix((ulong)length + ((ulong)ReadShort(data, 0) << 3), ReadShort(data, length - 4));
        }

        if (length > 0)
        {
            var y = data[0] + ((uint)data[length >> 1] << 8);
            var z = (uint)length + ((uint)data[length - 1] << 2);
            return Shift((y * K2) ^ (z * K3)) * K2;
        }

        return K2;
    }

    private static (ulong First, ulong Second) Weak(ReadOnlySpan<byte> data, ulong a, ulong b)
    {
        a += Read(data, 0);
        b = BitOperations.RotateRight(b + a + Read(data, 24), 21);
        var c = a;
        a += Read(data, 8) + Read(data, 16);
        b += BitOperations.RotateRight(a, 44);
        return (a + Read(data, 24), b + c);
    }

    private static ulong Mix(ulong low, ulong high)
    {
        var a = (low ^ high) * Multiplier;
        a ^= a >> 47;
        var b = (high ^ a) * Multiplier;
        b ^= b >> 47;
        return b * Multiplier;
    }

    private static ulong Shift(ulong value) => value ^ (value >> 47);

    private static ulong Read(ReadOnlySpan<byte> data, int at) => BinaryPrimitives.ReadUInt64LittleEndian(data[at..]);

    private static uint ReadShort(ReadOnlySpan<byte> data, int at) => BinaryPrimitives.ReadUInt32LittleEndian(data[at..]);
}
