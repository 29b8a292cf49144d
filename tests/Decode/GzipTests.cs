// Goal: compressed messages are read like plain ones; cut, corrupt and oversized ones become one dead letter.
using System.IO.Compression;
using System.Text;
using Analytics.Grains.Configuration;
using Xunit;

namespace Analytics.Tests.Decode;

public sealed class GzipTests
{
    private static readonly string Plain = Decoding.Event("\"a\":1") + "\n" + Decoding.Event("\"b\":\"some text\"") + "\nrubbish";

    [Fact]
    public void A_compressed_message_is_read()
    {
        Assert.Equal(Decoding.Lines(Plain), Decoding.Lines(Gzip(Plain)));
        Assert.Equal(["p/m a=i1", "p/m b=i2"], Decoding.Lines([.. Gzip(Decoding.Event("\"a\":1")), .. Gzip("\n" + Decoding.Event("\"b\":2"))]));
        Assert.Equal("message_empty", Decoding.Refused(Gzip(" ")).Code);
    }

    [Fact]
    public void A_message_cut_at_any_length_is_one_dead_letter()
    {
        var whole = Gzip(Plain);
        for (var length = 0; length < whole.Length; length++)
        {
            var (code, _) = Decoding.Refused(whole[..length]);
            Assert.Equal(length == 0 ? "message_empty" : length == 1 ? "json_invalid" : "gzip_invalid", code);
        }
    }

    [Fact]
    public void A_second_member_cut_at_any_length_is_not_lost_in_silence()
    {
        var first = Gzip(Decoding.Event("\"a\":1"));
        var second = Gzip(Decoding.Event("\"b\":2"));
        for (var length = 1; length < second.Length; length++)
        {
            Assert.Equal("gzip_invalid", Decoding.Refused([.. first, .. second[..length]]).Code);
        }

        Assert.Equal("gzip_invalid", Decoding.Refused([.. first, .. "and more"u8]).Code);
    }

    [Fact]
    public void A_corrupt_message_is_one_dead_letter_or_what_it_was()
    {
        // A flipped bit of the header's date or of padding changes nothing that matters; one in the data is found by the checksum.
        var whole = Gzip(Plain);
        var plain = Decoding.Lines(Plain);
        var unharmed = 0;
        for (var i = 2; i < whole.Length; i++)
        {
            for (var bit = 0; bit < 8; bit++)
            {
                var corrupt = (byte[])whole.Clone();
                corrupt[i] ^= (byte)(1 << bit);
                var lines = Decoding.Lines(corrupt);
                if (lines.Length > 1)
                {
                    Assert.Equal(plain, lines);
                    unharmed++;
                    continue;
                }

                Assert.StartsWith("dead gzip_invalid", lines[0], StringComparison.Ordinal);
            }
        }

        Assert.InRange(unharmed, 0, 8 * 8);
    }

    [Fact]
    public void A_message_is_limited_after_decompression()
    {
        var limits = new LimitsOptions { MessageBytesMax = 1000 };
        var one = Decoding.Event("\"a\":1");
        Assert.Equal(["p/m a=i1"], Decoding.Lines(Gzip(one.PadRight(1000)), limits));
        Assert.Equal(["p/m a=i1"], Decoding.Lines(one.PadRight(1000), limits));
        foreach (var message in new[] { Gzip(one.PadRight(1001)), Gzip(one.PadRight(1_000_000)), Encoding.UTF8.GetBytes(one.PadRight(1001)) })
        {
            Assert.Equal("message_too_large", Assert.Single(Decoding.Lines(message, limits)).Split(' ')[1]);
        }
    }

    [Fact]
    public void A_bomb_costs_no_more_than_the_limit()
    {
        var bomb = Gzip(new string(' ', 300_000_000));
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.StartsWith("dead message_too_large", Assert.Single(Decoding.Lines(bomb, new LimitsOptions { MessageBytesMax = 1_000_000 })),
            StringComparison.Ordinal);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 8_000_000);
    }

    private static byte[] Gzip(string text)
    {
        using var output = new MemoryStream();
        using (var gzip = new GZipStream(output, CompressionLevel.Optimal))
        {
            gzip.Write(Encoding.UTF8.GetBytes(text));
        }

        return output.ToArray();
    }
}
