// Goal: headers come back as they were written, in their order, with none told from empty, and reading them allocates nothing.
using System.Buffers;
using System.Text;
using Analytics.Silo.Log;
using Xunit;

namespace Analytics.Tests.Log;

public sealed class LogHeadersTests
{
    [Fact]
    public void Headers_come_back_as_they_were_written()
    {
        var output = new ArrayBufferWriter<byte>();
        LogHeaders.Append(output, "a"u8, "1"u8);
        LogHeaders.AppendNull(output, "none"u8);
        LogHeaders.Append(output, "a"u8, default);
        LogHeaders.Append(output, default, [0xFF, 0x00]);
        Assert.Equal(["a=31", "none=null", "a=", "=FF00"], Read(output.WrittenSpan));
        Assert.Empty(Read(default));
    }

    [Fact]
    public void The_bytes_are_these()
    {
        var output = new ArrayBufferWriter<byte>();
        LogHeaders.Append(output, "ab"u8, "c"u8);
        LogHeaders.AppendNull(output, "d"u8);
        Assert.Equal("0200000061620100000063" + "0100000064FFFFFFFF", Convert.ToHexString(output.WrittenSpan));
    }

    [Fact]
    public void Bytes_cut_off_inside_a_header_are_not_taken_for_one()
    {
        var output = new ArrayBufferWriter<byte>();
        LogHeaders.Append(output, "ab"u8, "c"u8);
        for (var length = 1; length < output.WrittenCount; length++)
        {
            var bytes = output.WrittenSpan[..length].ToArray();
            Assert.Throws<ArgumentOutOfRangeException>(() => Read(bytes));
        }
    }

    [Fact]
    public void Reading_allocates_nothing()
    {
        var output = new ArrayBufferWriter<byte>();
        for (var i = 0; i < 1000; i++)
        {
            LogHeaders.Append(output, "name"u8, "value"u8);
        }

        var encoded = output.WrittenSpan;
        _ = Count(encoded);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var bytes = Count(encoded);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal(9000, bytes);
    }

    private static int Count(ReadOnlySpan<byte> encoded)
    {
        var bytes = 0;
        var headers = new LogHeaders(encoded);
        while (headers.MoveNext())
        {
            bytes += headers.Name.Length + headers.Value.Length;
        }

        return bytes;
    }

    private static List<string> Read(ReadOnlySpan<byte> encoded)
    {
        var found = new List<string>();
        var headers = new LogHeaders(encoded);
        while (headers.MoveNext())
        {
            found.Add($"{Encoding.UTF8.GetString(headers.Name)}={(headers.IsNull ? "null" : Convert.ToHexString(headers.Value))}");
        }

        return found;
    }
}
