using System.Buffers.Binary;
using System.Globalization;
using Analytics.Grains.ClickHouse;
using Analytics.Silo.ClickHouseServer.Protocol;

namespace Analytics.Silo.ClickHouseServer.Compression;

/// <summary>
/// ClickHouse's own compression, which many clients ask for (<c>compress=1</c>, <c>decompress=1</c>): frames of a checksum of 16 bytes over what follows,
/// the method, the frame's size without the checksum, the data's size, and the data. Bodies may be LZ4 or not compressed; answers are LZ4.
/// </summary>
internal static class CompressedFrames
{
    private const int ChecksumBytes = 16;
    private const int HeaderBytes = 9;
    private const byte MethodNone = 0x02;
    private const byte MethodLz4 = 0x82;
    private const byte MethodZstd = 0x90;

    /// <summary>Data of a frame we make: as much as ClickHouse puts into one.</summary>
    private const int FramePlainBytes = 1024 * 1024;

    /// <summary>Bytes that all frames hold.</summary>
    /// <exception cref="ClickHouseException">They are no frames.</exception>
    public static long PlainLength(ReadOnlySpan<byte> frames)
    {
        var length = 0L;
        while (!frames.IsEmpty)
        {
            var (frameBytes, plainBytes) = Sizes(frames);
            length += plainBytes;
            frames = frames[frameBytes..];
        }

        return length;
    }

    /// <summary>Decompresses all frames.</summary>
    /// <param name="frames">The frames.</param>
    /// <param name="target">Room for exactly <see cref="PlainLength"/>.</param>
    /// <exception cref="ClickHouseException">They are damaged.</exception>
    public static void Read(ReadOnlySpan<byte> frames, Span<byte> target)
    {
        while (!frames.IsEmpty)
        {
            var (frameBytes, plainBytes) = Sizes(frames);
            var content = frames[ChecksumBytes..frameBytes];
            var (low, high) = CityHash128.Of(content);
            if (BinaryPrimitives.ReadUInt64LittleEndian(frames) != low || BinaryPrimitives.ReadUInt64LittleEndian(frames[8..]) != high)
            {
                throw new ClickHouseException(ErrorCodes.ChecksumDoesntMatch, "Checksum doesn't match: a compressed frame of the body is damaged.");
            }

            Decompress(content[0], content[HeaderBytes..], target[..plainBytes]);
            target = target[plainBytes..];
            frames = frames[frameBytes..];
        }
    }

    /// <summary>Compresses an answer, or a piece of one.</summary>
    public static byte[] Write(ReadOnlySpan<byte> data)
    {
        using var frames = new MemoryStream();
        Span<byte> checksum = stackalloc byte[ChecksumBytes];
        while (!data.IsEmpty)
        {
            var plain = data[..Math.Min(data.Length, FramePlainBytes)];
            var content = new byte[HeaderBytes + Lz4Block.EncodedMax(plain.Length)];
            var length = HeaderBytes + Lz4Block.Encode(plain, content.AsSpan(HeaderBytes));
            content[0] = MethodLz4;
            BinaryPrimitives.WriteInt32LittleEndian(content.AsSpan(1), length);
            BinaryPrimitives.WriteInt32LittleEndian(content.AsSpan(5), plain.Length);
            var (low, high) = CityHash128.Of(content.AsSpan(0, length));
            BinaryPrimitives.WriteUInt64LittleEndian(checksum, low);
            BinaryPrimitives.WriteUInt64LittleEndian(checksum[8..], high);
            frames.Write(checksum);
            frames.Write(content, 0, length);
            data = data[plain.Length..];
        }

        return frames.ToArray();
    }

    private static (int FrameBytes, int PlainBytes) Sizes(ReadOnlySpan<byte> frames)
    {
        if (frames.Length < ChecksumBytes + HeaderBytes)
        {
            throw Damaged("it ends in the middle of a frame's header");
        }

        var compressed = BinaryPrimitives.ReadInt32LittleEndian(frames[(ChecksumBytes + 1)..]);
        var plain = BinaryPrimitives.ReadInt32LittleEndian(frames[(ChecksumBytes + 5)..]);
        return compressed >= HeaderBytes && compressed <= frames.Length - ChecksumBytes && plain >= 0
            ? (ChecksumBytes + compressed, plain)
            : throw Damaged(string.Create(CultureInfo.InvariantCulture, $"a frame says it has {compressed} bytes for {plain}"));
    }

    private static void Decompress(byte method, ReadOnlySpan<byte> data, Span<byte> target)
    {
        var isRight = method switch
        {
            MethodLz4 => Lz4Block.TryDecode(data, target),
            MethodNone => data.TryCopyTo(target) && data.Length == target.Length,
            MethodZstd => throw new ClickHouseException(ErrorCodes.NotImplemented, "Zstandard in compressed frames is not supported: use LZ4."),
            _ => throw new ClickHouseException(
                ErrorCodes.UnknownCompressionMethod, string.Create(CultureInfo.InvariantCulture, $"A compressed frame has the unknown method {method}.")),
        };
        if (!isRight)
        {
            throw Damaged("a frame does not decompress to the size it says");
        }
    }

    private static ClickHouseException Damaged(string why) =>
        new(ErrorCodes.CannotDecompress, $"The body is not in ClickHouse's compressed frames (decompress=1), or cut off: {why}.");
}
