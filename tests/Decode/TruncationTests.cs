// Goal: a message cut at any byte is read as far as it goes: nothing throws, complete events become rows, the rest dead letters.
using System.Text;
using Analytics.Grains.Configuration;
using Analytics.Silo.Ingest.Decode;
using Xunit;

namespace Analytics.Tests.Decode;

public sealed class TruncationTests
{
    private static readonly string[] Events =
    [
        """{"project":"p","metric":"m","time":"2026-11-20T10:00:00.123Z","id":"a-1","fields":{"a":12.5,"b":{"c":"d\u00e9\ud83d\ude00","e":[1,null,2]},"f":true}}""",
        """{"fields":{"é":"😀","g":[{"h":1},"\""],"i":null,"j":-1e5},"metric":"m€","project":"p"}""",
        """{"project":"q","metric":"n"}""",
    ];

    [Theory]
    [InlineData("", "\n", "")]
    [InlineData("[", ",", "]")]
    [InlineData("[\n ", ",\n ", "\n]\n")]
    [InlineData("", "", "")]
    [InlineData("\uFEFF", " \r\n\r\n", "\r\n")]
    public void A_message_cut_at_any_byte_gives_rows_or_dead_letters(string open, string between, string close)
    {
        var message = Encoding.UTF8.GetBytes(open + string.Join(between, Events) + close);
        var expected = Decoding.Lines(message);
        Assert.Equal(Events.Length, expected.Length);
        for (var length = 0; length <= message.Length; length++)
        {
            var cut = message[..length];
            var lines = Decoding.Lines(cut);
            var rows = lines.TakeWhile(line => !line.StartsWith("dead", StringComparison.Ordinal)).ToArray();
            Assert.Equal(expected[..rows.Length], rows);
            Assert.Equal(CompleteEvents(message, cut, open, between), rows.Length);
            Assert.InRange(lines.Length - rows.Length, rows.Length == 0 ? 1 : 0, 1);

            var found = new List<SplitEvent>();
            new EventSplitter(new LimitsOptions()).Split(cut, found);
            Assert.Equal(lines.Select(line => line.StartsWith("dead", StringComparison.Ordinal)), found.Select(input => input.Error is not null));
        }
    }

    private static int CompleteEvents(byte[] message, byte[] cut, string open, string between)
    {
        var end = Encoding.UTF8.GetByteCount(open) - Encoding.UTF8.GetByteCount(between);
        var complete = 0;
        foreach (var text in Events)
        {
            end += Encoding.UTF8.GetByteCount(between) + Encoding.UTF8.GetByteCount(text);
            complete += end <= cut.Length ? 1 : 0;
        }

        Assert.True(end <= message.Length);
        return complete;
    }
}
