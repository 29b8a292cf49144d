// Goal: the bytes of a record are fixed, and nothing but those bytes is a record.
using System.Text;
using Analytics.Grains.Checksums;
using Analytics.Silo.Log.File;
using Analytics.Silo.Log;
using Xunit;

namespace Analytics.Tests.Log;

public sealed class RecordFormatTests
{
    [Fact]
    public void Crc32c_has_the_standard_check_value() => Assert.Equal(0xE3069283u, Crc32C.Of("123456789"u8));

    [Theory]
    [InlineData("", 0u)]
    [InlineData("a", 0xC1D04330u)]
    public void Crc32c_of_short_inputs(string text, uint expected) => Assert.Equal(expected, Crc32C.Of(Encoding.UTF8.GetBytes(text)));

    [Fact]
    public void Golden_bytes()
    {
        var record = Sealed(0x0102030405, 7, Records.Text("k", "val", timestampMs: 0x0A0B0C0D));
        Assert.Equal(
            "1C000000" + "8EDF5D74" + "0504030201000000" + "0D0C0B0A00000000" + "07000000" + "01000000" + "6B" + "76616C",
            Convert.ToHexString(record));
    }

    [Fact]
    public void Golden_bytes_with_headers()
    {
        var record = Sealed(1, 0, Records.Text("k", "val", timestampMs: 2) with { Headers = new byte[] { 0xAA, 0xBB } });
        Assert.Equal(
            "22000000" + "0100000000000000" + "0200000000000000" + "00000000" + "01000080" + "6B" + "02000000" + "AABB" + "76616C",
            Convert.ToHexString(record.AsSpan(0, 4)) + Convert.ToHexString(record.AsSpan(8)));
        Assert.True(RecordFormat.TryRead(record, out var header));
        Assert.Equal((1, 2), (header.KeyBytes, header.HeadersBytes));
        var read = RecordFormat.RecordOf(header, record.AsMemory(RecordFormat.HeaderBytes));
        Records.AssertSame(Records.Text("k", "val", timestampMs: 2), read);
        Assert.Equal("AABB", Convert.ToHexString(read.Headers.Span));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(6)]
    [InlineData(int.MaxValue)]
    [InlineData(int.MinValue)]
    public void Headers_of_an_impossible_length_make_no_record(int length)
    {
        var record = Sealed(1, 0, Records.Text("k", "val") with { Headers = new byte[] { 0xAA, 0xBB } });
        BitConverter.TryWriteBytes(record.AsSpan(RecordFormat.HeaderBytes + 1), length);
        RecordFormat.Seal(record);
        Assert.False(RecordFormat.TryRead(record, out _));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(1000)]
    public void A_record_is_read_as_it_was_written(int valueBytes)
    {
        var bytes = Sealed(42, 3, Records.Random(1, valueBytes, timestampMs: 5));
        Assert.True(RecordFormat.TryReadTotalBytes(bytes, out var totalBytes));
        Assert.Equal(bytes.Length, totalBytes);
        Assert.True(RecordFormat.TryRead(bytes, out var header));
        Assert.Equal(new RecordHeader(42, 5, 3, "key/1".Length, bytes.Length), header);
        Assert.Equal(39, header.DurableBefore);
    }

    [Fact]
    public void A_record_with_any_bit_flipped_is_none()
    {
        var bytes = Sealed(42, 3, Records.Random(1, 20));
        for (var bit = 32; bit < bytes.Length * 8; bit++)
        {
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.False(RecordFormat.TryRead(bytes, out _), $"bit {bit}");
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
        }
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(0)]
    [InlineData(23)]
    [InlineData(RecordFormat.RecordBytesMax)]
    [InlineData(int.MaxValue)]
    [InlineData(int.MinValue)]
    public void An_impossible_length_is_refused(int length)
    {
        var bytes = new byte[RecordFormat.HeaderBytes];
        BitConverter.TryWriteBytes(bytes, length);
        Assert.False(RecordFormat.TryReadTotalBytes(bytes, out _));
    }

    [Theory]
    [InlineData("00000000000000000000.segment", 0)]
    [InlineData("00000000000000000123.segment", 123)]
    [InlineData("09223372036854775807.segment", long.MaxValue)]
    public void A_segment_is_named_by_its_first_offset(string name, long offset)
    {
        Assert.Equal(name, Segment.FileName(offset));
        Assert.True(Segment.TryParseFileName(name, out var parsed));
        Assert.Equal(offset, parsed);
    }

    [Theory]
    [InlineData("0.segment")]
    [InlineData("-0000000000000000001.segment")]
    [InlineData("00000000000000000000.segment.bak")]
    [InlineData("99999999999999999999.segment")]
    [InlineData("0000000000000000000x.segment")]
    [InlineData("committed")]
    public void Another_name_is_no_segment(string name) => Assert.False(Segment.TryParseFileName(name, out _));

    private static byte[] Sealed(long offset, int writeIndex, LogRecord record)
    {
        var bytes = new byte[RecordFormat.TotalBytes(record)];
        RecordFormat.Write(bytes, offset, writeIndex, record);
        Assert.Equal(bytes.Length, RecordFormat.Seal(bytes));
        return bytes;
    }
}
