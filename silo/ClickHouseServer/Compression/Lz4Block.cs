using System.Buffers.Binary;

namespace Analytics.Silo.ClickHouseServer.Compression;

/// <summary>
/// LZ4's block format: sequences of a token (four bits: number of literals, four bits: length of a match less 4, 15 going on in further bytes), literals,
/// and the match's distance in two bytes. The last sequence has literals only.
/// </summary>
internal static class Lz4Block
{
    private const int MatchBytesMin = 4;
    private const int DistanceMax = 65_535;

    /// <summary>The format wants the last 5 bytes to be literals, and no match to begin in the last 12.</summary>
    private const int LastLiterals = 5;
    private const int NoMatchAtEnd = 12;

    private const int TableBits = 12;

    /// <summary>Bytes that so many may become at most.</summary>
    public static int EncodedMax(int length) => length + (length / 255) + 16;

    /// <summary>Compresses: takes the first match that a small table remembers.</summary>
    /// <returns>Bytes written to <paramref name="target"/>, which has room for <see cref="EncodedMax"/>.</returns>
    public static int Encode(ReadOnlySpan<byte> source, Span<byte> target)
    {
        // Positions + 1 by a hash of the four bytes there; 0 is none.
        Span<int> table = stackalloc int[1 << TableBits];
        table.Clear();
        var (anchor, at, written) = (0, 0, 0);
        while (at < source.Length - NoMatchAtEnd)
        {
            var word = BinaryPrimitives.ReadUInt32LittleEndian(source[at..]);
            var slot = (int)((word * 2_654_435_761u) >> (32 - TableBits));
            var candidate = table[slot] - 1;
            table[slot] = at + 1;
            if (candidate < 0 || at - candidate > DistanceMax || BinaryPrimitives.ReadUInt32LittleEndian(source[candidate..]) != word)
            {
                at++;
                continue;
            }

            var length = MatchBytesMin
                + source[(at + MatchBytesMin)..^LastLiterals].CommonPrefixLength(source[(candidate + MatchBytesMin)..]);
            written += WriteSequence(target[written..], source[anchor..at], at - candidate, length);
            at += length;
            anchor = at;
        }

        return written + WriteSequence(target[written..], source[anchor..], 0, 0);
    }

    /// <summary>Decompresses; false when the data is no such block of exactly this size.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> source, Span<byte> target)
    {
        var (at, written) = (0, 0);
        while (at < source.Length)
        {
            var token = source[at++];
            if (!TryReadLength(source, ref at, token >> 4, out var literals) || literals > source.Length - at || literals > target.Length - written)
            {
                return false;
            }

            source.Slice(at, literals).CopyTo(target[written..]);
            at += literals;
            written += literals;
            if (at == source.Length)
            {
                break;
            }

            if (source.Length - at < sizeof(ushort))
            {
                return false;
            }

            var distance = BinaryPrimitives.ReadUInt16LittleEndian(source[at..]);
            at += sizeof(ushort);
            if (!TryReadLength(source, ref at, token & 15, out var length) || distance == 0 || distance > written
                || length + MatchBytesMin > target.Length - written)
            {
                return false;
            }

            // A match may overlap what it makes: byte by byte.
            for (length += MatchBytesMin; length > 0; length--, written++)
            {
                target[written] = target[written - distance];
            }
        }

        return written == target.Length;
    }

    private static int WriteSequence(Span<byte> target, ReadOnlySpan<byte> literals, int distance, int matchLength)
    {
        var match = Math.Max(0, matchLength - MatchBytesMin);
        target[0] = (byte)((Math.Min(literals.Length, 15) << 4) | Math.Min(match, 15));
        var at = 1 + WriteLength(target[1..], literals.Length);
        literals.CopyTo(target[at..]);
        at += literals.Length;
        if (matchLength > 0)
        {
            BinaryPrimitives.WriteUInt16LittleEndian(target[at..], (ushort)distance);
            at += sizeof(ushort);
            at += WriteLength(target[at..], match);
        }

        return at;
    }

    /// <summary>What of a length does not fit its four bits.</summary>
    private static int WriteLength(Span<byte> target, int length)
    {
        if (length < 15)
        {
            return 0;
        }

        var at = 0;
        for (length -= 15; length >= 255; length -= 255)
        {
            target[at++] = 255;
        }

        target[at++] = (byte)length;
        return at;
    }

    private static bool TryReadLength(ReadOnlySpan<byte> source, ref int at, int start, out int length)
    {
        length = start;
        if (start < 15)
        {
            return true;
        }

        byte more;
        do
        {
            if (at == source.Length || length > int.MaxValue - 512)
            {
                return false;
            }

            more = source[at++];
            length += more;
        }
        while (more == 255);
        return true;
    }
}
