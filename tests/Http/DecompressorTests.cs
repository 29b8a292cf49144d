// Goal: every coding comes off whole or not at all: cut off at any byte, with bytes after its end, or corrupt, a body is refused;
// and its size is bounded to the byte.
using Analytics.Silo.Http.Collect;
using Xunit;

namespace Analytics.Tests.Http;

public sealed class DecompressorTests
{
    private const int BytesMax = 100_000;

    public static TheoryData<string> Codings => ["gzip", "deflate", "br"];

    [Theory]
    [MemberData(nameof(Codings))]
    public void A_whole_body_comes_out_as_it_went_in(string coding)
    {
        foreach (var size in new[] { 1, 100, 9_000, BytesMax })
        {
            Assert.Equal((BodyFault.None, Bytes(size)), Run(coding, Pack.As(coding, Bytes(size)), BytesMax), Same);
        }
    }

    [Theory]
    [MemberData(nameof(Codings))]
    public void A_body_cut_at_any_byte_is_invalid(string coding)
    {
        var packed = Pack.As(coding, Bytes(3_000));
        for (var length = 1; length < packed.Length; length++)
        {
            Assert.Equal(BodyFault.Invalid, Run(coding, packed[..length], BytesMax).Fault);
        }
    }

    [Theory]
    [MemberData(nameof(Codings))]
    public void Bytes_after_the_end_are_invalid(string coding)
    {
        foreach (var tail in new byte[][] { [0], [1, 2, 3, 4, 5], new byte[100] })
        {
            Assert.Equal(BodyFault.Invalid, Run(coding, [.. Pack.As(coding, Bytes(500)), .. tail], BytesMax).Fault);
        }
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("deflate")]
    public void No_flipped_bit_of_a_coding_with_a_checksum_changes_what_comes_out(string coding)
    {
        var bytes = Bytes(300);
        var packed = Pack.As(coding, bytes);
        for (var bit = 0; bit < packed.Length * 8; bit++)
        {
            var flipped = (byte[])packed.Clone();
            flipped[bit / 8] ^= (byte)(1 << (bit % 8));
            var (fault, output) = Run(coding, flipped, BytesMax);
            Assert.True(fault == BodyFault.Invalid || output.AsSpan().SequenceEqual(bytes), $"bit {bit}");
        }
    }

    [Theory]
    [MemberData(nameof(Codings))]
    public void One_byte_over_the_limit_is_too_large(string coding)
    {
        foreach (var max in new[] { 1, 63, 64, 65, 5_000 })
        {
            Assert.Equal(BodyFault.None, Run(coding, Pack.As(coding, Bytes(max)), max).Fault);
            foreach (var over in new[] { 1, 16, 17, 64, 65, 1_000_000 })
            {
                Assert.Equal(BodyFault.TooLarge, Run(coding, Pack.As(coding, Bytes(max + over)), max).Fault);
            }
        }
    }

    [Fact]
    public void Several_gzip_members_are_one_body()
    {
        byte[] packed = [.. Pack.Gzip(Bytes(100)), .. Pack.Gzip(Bytes(50))];
        Assert.Equal((BodyFault.None, [.. Bytes(100), .. Bytes(50)]), Run("gzip", packed, BytesMax), Same);
        Assert.Equal(BodyFault.Invalid, Run("gzip", packed[..^1], BytesMax).Fault);
    }

    [Fact]
    public void Deflate_without_its_wrapper_is_invalid()
    {
        Assert.Equal(BodyFault.Invalid, Run("deflate", Pack.Deflate(Bytes(100)), BytesMax).Fault);
    }

    [Fact]
    public void Deflate_with_a_preset_dictionary_is_invalid()
    {
        Assert.Equal(BodyFault.Invalid, Run("deflate", [0x78, 0x20, 1, 2, 3, 4, 5, 6, 7, 8], BytesMax).Fault);
    }

    [Theory]
    [MemberData(nameof(Codings))]
    public void Output_that_finds_no_memory_is_refused_and_all_memory_comes_back(string coding)
    {
        var memory = new BodyMemory(4_000);
        using (var input = Fill(memory, Pack.As(coding, new byte[50_000])))
        {
            using var output = BodyBuffer.TryRent(memory, 1_000)!;
            Assert.Equal(BodyFault.NoMemory, Decompressor.Decompress(CodingOf(coding), input, output, BytesMax));
        }

        Assert.Equal(0, memory.Bytes);
    }

    [Fact]
    public void The_checksum_of_zlib_is_the_known_one()
    {
        Assert.Equal(1u, Adler32.Of([]));
        Assert.Equal(0x11E60398u, Adler32.Of("Wikipedia"u8));
        var large = new byte[100_000];
        Array.Fill(large, (byte)255);
        var packed = Pack.Zlib(large);
        Assert.Equal(System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(packed.AsSpan()[^4..]), Adler32.Of(large));
    }

    private static bool Same((BodyFault Fault, byte[] Output) left, (BodyFault Fault, byte[] Output) right) =>
        left.Fault == right.Fault && left.Output.AsSpan().SequenceEqual(right.Output);

    private static (BodyFault Fault, byte[] Output) Run(string coding, byte[] packed, int bytesMax)
    {
        var memory = new BodyMemory(long.MaxValue);
        using var input = Fill(memory, packed);
        using var output = BodyBuffer.TryRent(memory, Math.Min(100, bytesMax))!;
        var fault = Decompressor.Decompress(CodingOf(coding), input, output, bytesMax);
        return (fault, output.Written.ToArray());
    }

    private static BodyBuffer Fill(BodyMemory memory, byte[] bytes)
    {
        // As little capacity as there can be, so that the slack is used.
        var buffer = BodyBuffer.TryRent(memory, Math.Max(0, bytes.Length - BodyBuffer.SlackBytes))!;
        bytes.CopyTo(buffer.Free);
        buffer.Length = bytes.Length;
        return buffer;
    }

    private static ContentCoding CodingOf(string coding) => coding switch
    {
        "gzip" => ContentCoding.Gzip,
        "deflate" => ContentCoding.Deflate,
        _ => ContentCoding.Brotli,
    };

    private static byte[] Bytes(int size)
    {
        var bytes = new byte[size];
        new Random(7).NextBytes(bytes.AsSpan(0, size / 2));
        return bytes;
    }
}
