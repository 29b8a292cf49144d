// Goal: a sealed input opens to what was sealed, is cut at its limit with its size kept, and to a decoder that does not know the form
// is one dead letter, never a row.
using System.Text;
using Analytics.Grains.Configuration;
using Analytics.Silo.Http.Collect;
using Analytics.Silo.Ingest.Decode;
using Analytics.Silo.Log;
using Xunit;

namespace Analytics.Tests.Http;

public sealed class SealedInputTests
{
    [Theory]
    [InlineData(0, 100)]
    [InlineData(100, 100)]
    [InlineData(101, 100)]
    [InlineData(5, 0)]
    public void It_opens_to_what_was_sealed(int size, int bytesMax)
    {
        var raw = new byte[size];
        new Random(1).NextBytes(raw);
        Assert.True(SealedInput.TryOpen(SealedInput.Seal("json_invalid", raw, bytesMax), out var code, out var rawSize, out var opened));
        Assert.Equal(("json_invalid", (uint)size), (code, rawSize));
        Assert.True(opened.SequenceEqual(raw.AsSpan(0, Math.Min(size, bytesMax))));
    }

    [Fact]
    public void Nothing_else_opens_and_no_cut_of_it_fails()
    {
        Assert.False(SealedInput.TryOpen("{}"u8, out _, out _, out _));
        Assert.False(SealedInput.TryOpen(Pack.Gzip("{}"u8), out _, out _, out _));
        var whole = SealedInput.Seal("code", "raw"u8, 100);
        for (var length = 0; length < whole.Length - 3; length++)
        {
            Assert.False(SealedInput.TryOpen(whole.AsSpan(0, length), out _, out _, out _));
        }
    }

    [Fact]
    public void The_decoder_makes_one_dead_letter_of_it_whatever_it_holds()
    {
        var raw = Encoding.UTF8.GetBytes("{\"project\":\"shop\",\"metric\":\"m\",\"fields\":{}}\n{\"project\":\"shop\",\"metric\":\"m\",\"fields\":{}}");
        var decoder = new ChunkDecoder(new LimitsOptions());
        decoder.Decode(new LogEntry(0, new LogRecord(default, SealedInput.Seal("content_encoding_invalid", raw, 1000), 0)));
        Assert.Equal((0, 1), (decoder.RowCount, decoder.DeadLetterCount));
    }
}
