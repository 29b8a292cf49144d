// Goal: a row rendered to JSON and decoded again is the same row, whatever its names and values are.
using System.Text;
using Analytics.GrainInterfaces.Batches;
using Analytics.Grains.Columns;
using Analytics.Tests.Decode;
using Analytics.Tests.Metrics;
using Xunit;

namespace Analytics.Tests.Columns;

public sealed class EventJsonTests
{
    [Fact]
    public void An_event_looks_like_this()
    {
        var batch = Decode("""{"id":"i\"1","metric":"m","project":"p","time":1795168800123,"fields":{"a":{"b":-0.0,"c":3.0},"t":["x",null],"n":null,"e":[],"j":[ {"k" : 1}, 2]}}""");
        Assert.Equal(
            """{"project":"p","metric":"m","time":"2026-11-20T10:00:00.123Z","id":"i\"1","fields":{"a_b":-0.0,"a_c":3.0,"t":["x",null],"e":[],"j":[ {"k" : 1}, 2]}}""",
            Encoding.UTF8.GetString(EventJson.Render(batch, 0)));
    }

    [Fact]
    public void An_event_without_fields_and_id_has_neither()
    {
        Assert.Equal(
            """{"project":"p","metric":"m","time":"2026-11-20T10:00:00.000Z","fields":{}}""",
            Encoding.UTF8.GetString(EventJson.Render(Decode("""{"project":"p","metric":"m"}"""), 0)));
    }

    [Theory]
    [InlineData("9223372036854775807")]
    [InlineData("-9223372036854775808")]
    [InlineData("-0")]
    [InlineData("-0.0")]
    [InlineData("1e308")]
    [InlineData("5e-324")]
    [InlineData("1e22")]
    [InlineData("9007199254740993.0")]
    [InlineData("0.1")]
    [InlineData("true")]
    [InlineData("\"2026-11-20 10:00:00.123+02:00\"")]
    [InlineData("\"\\u0000\\u001f\\\"\\\\ \\ud83d\\ude00 é\"")]
    [InlineData("\"\"")]
    [InlineData("[1.0]")]
    [InlineData("[1,2.5,-0.0]")]
    [InlineData("[9223372036854775807,null]")]
    [InlineData("[null,null]")]
    [InlineData("[\"a\\nb\",\"\",null]")]
    [InlineData("[true,null,false]")]
    [InlineData("[1,\"a\",\n{\"b\":\"\\n\"}]")]
    public void A_value_comes_back(string value) => AssertComesBack(Decode(Decoding.Event($"\"f\":{value}")));

    [Theory]
    [InlineData("it's")]
    [InlineData("\\\"q\\\"")]
    [InlineData("back\\\\slash")]
    [InlineData("ключ 😀")]
    [InlineData("a.b")]
    [InlineData("n`q")]
    public void A_name_comes_back(string name) => AssertComesBack(Decode(Decoding.Event($"\"{name}\":1,\"other\":2")));

    [Fact]
    public void Decoded_events_come_back()
    {
        var random = new Random(20261121);
        var maker = new EventMaker(random);
        var count = 0;
        for (var i = 0; i < 400; i++)
        {
            var decoding = new Decoding();
            decoding.Add(string.Join("\n", Enumerable.Range(0, 10).Select(_ => maker.Event())));
            foreach (var batch in decoding.TakeBatches().Where(batch => batch.Project != DeadLetterFields.Project))
            {
                AssertComesBack(batch);
                count += batch.Count;
            }
        }

        Assert.InRange(count, 500, 4000);
    }

    [Fact]
    public void Random_rows_come_back()
    {
        var events = new RandomEvents(new Random(7), new ImpatientTime());
        for (var i = 0; i < 300; i++)
        {
            // What the decoder never lets through: fixed names, and bytes that are no UTF-8.
            var rows = events.NextMessage(i).Select(row => row with
            {
                Fields = row.Fields
                    .Where(field => !FixedColumns.Contains(field.Key) && !(field.Value.Data is byte[] text && !Encoding.UTF8.GetString(text).Equals(Encoding.Latin1.GetString(text), StringComparison.Ordinal)))
                    .ToDictionary(field => field.Key, field => field.Value),
            });
            AssertComesBack(Batches.Of(new BatchOrigin(0, 1, 0, -1, i, 0), rows));
        }
    }

    [Fact]
    public void Bytes_that_are_no_text_stay_as_they_are()
    {
        var batch = new TestBatch().Add(("raw", TestValue.Text([0xFF, 0x00, 0x80]))).Build();
        var json = EventJson.Render(batch, 0);
        Assert.Contains("\"raw\":\"\u00FF\\u0000\u0080\"", Encoding.Latin1.GetString(json), StringComparison.Ordinal);
    }

    private static EventBatch Decode(string message)
    {
        var decoding = new Decoding();
        decoding.Add(message);
        return Assert.Single(decoding.TakeBatches());
    }

    private static void AssertComesBack(EventBatch batch)
    {
        var expected = Decoding.Lines([batch]);
        for (var row = 0; row < batch.Count; row++)
        {
            var json = EventJson.Render(batch, row);
            Assert.Equal(expected[row], Assert.Single(Decoding.Lines(json)));
        }
    }
}
