// Goal: a dead letter keeps what is needed to see the fault and to try again: code, reason, raw bytes, size, source, position.
using System.Text;
using Analytics.GrainInterfaces.Batches;
using Analytics.Grains.Configuration;
using Analytics.Silo.Ingest.Decode;
using Analytics.Silo.Log;
using Xunit;

namespace Analytics.Tests.Decode;

public sealed class DeadLetterTests
{
    [Fact]
    public void A_dead_letter_is_a_row_of_a_system_metric_at_its_position()
    {
        var decoder = new ChunkDecoder(new LimitsOptions());
        var bad = """{"project":"shop","metric":"buy","time":5,"fields":{"n":1e999}}""";
        decoder.Decode(new LogEntry(70, new LogRecord(default, Encoding.UTF8.GetBytes(Decoding.Event("") + "\n" + bad + "\nrubbish"), 1234)));
        Assert.Equal((1, 2), (decoder.RowCount, decoder.DeadLetterCount));

        var batches = decoder.Finish(0, 5, new PrecedingOffsets(1, 0));
        var letters = batches[1];
        Assert.Equal("analytics/dead_letters", letters.Key);
        Assert.Equal(1, letters.Origin.ChunkIndex);
        Assert.Equal([1234, 1234], letters.Times);
        Assert.Equal([1234, 1234], letters.Received);
        Assert.Equal([70, 70], letters.Offsets);
        Assert.Equal([1, 2], letters.Sequences);
        Assert.Equal("number_out_of_range", Decoding.Text(letters, DeadLetterFields.Code, 0));
        Assert.Contains("'1e999' of 'n'", Decoding.Text(letters, DeadLetterFields.Reason, 0), StringComparison.Ordinal);
        Assert.Equal(bad, Decoding.Text(letters, DeadLetterFields.Raw, 0));
        Assert.Equal([bad.Length, 7], letters.Fields.Single(field => field.Name == DeadLetterFields.RawSize).Bits);
        Assert.Equal("shop", Decoding.Text(letters, DeadLetterFields.SourceProject, 0));
        Assert.Equal("buy", Decoding.Text(letters, DeadLetterFields.SourceMetric, 0));
        Assert.Null(Decoding.Text(letters, DeadLetterFields.SourceProject, 1));
        Assert.Null(Decoding.Text(letters, DeadLetterFields.SourceMetric, 1));
    }

    [Theory]
    [InlineData("""{"project":"shop","metric":"buy",}""", "shop", "buy")]
    [InlineData("""{"project":"Shop!","metric":"buy"}""", "Shop!", "buy")]
    [InlineData("""{"metric":"b\u0075y","x":1,"project":"shop"}""", null, "buy")]
    [InlineData("""{"project":"shop","metric":5}""", "shop", null)]
    public void The_source_is_told_when_it_could_be_read(string message, string? project, string? metric)
    {
        var decoding = new Decoding();
        decoding.Add(message);
        var letters = Assert.Single(decoding.TakeBatches());
        Assert.Equal(project, Decoding.Text(letters, DeadLetterFields.SourceProject, 0));
        Assert.Equal(metric, Decoding.Text(letters, DeadLetterFields.SourceMetric, 0));
    }

    [Fact]
    public void Raw_bytes_are_cut_at_the_limit_and_the_size_is_kept()
    {
        foreach (var (length, kept) in new[] { (9, 9), (10, 10), (11, 10), (500, 10) })
        {
            var decoding = new Decoding(new LimitsOptions { DeadLetterBytesMax = 10 });
            decoding.Add(new string('x', length));
            var letters = Assert.Single(decoding.TakeBatches());
            Assert.Equal(new string('x', kept), Decoding.Text(letters, DeadLetterFields.Raw, 0));
            Assert.Equal(length, letters.Fields.Single(field => field.Name == DeadLetterFields.RawSize).Bits[0]);
        }
    }

    [Fact]
    public void Raw_bytes_are_kept_as_they_are()
    {
        byte[] raw = [0x00, 0xFF, 0xC3, 0x28, 0x80];
        var decoding = new Decoding();
        decoding.Add(raw);
        var letters = Assert.Single(decoding.TakeBatches());
        Assert.Equal("utf8_invalid", Decoding.Text(letters, DeadLetterFields.Code, 0));
        Assert.Equal(raw, Decoding.Bytes(letters, DeadLetterFields.Raw, 0));
        Assert.All(letters.Fields, field => Assert.NotEqual(FieldKind.Mixed, field.Kind));
    }

    [Fact]
    public void Bytes_that_are_not_UTF8_are_refused_wherever_they_are()
    {
        byte[] Broken(string before, string after) => [.. Encoding.UTF8.GetBytes(before), 0xC3, .. Encoding.UTF8.GetBytes(after)];
        foreach (var (before, after) in new[]
        {
            ("{\"project\":\"p\",\"metric\":\"m\",\"fields\":{\"a\":\"", "\"}}"), ("{\"project\":\"p\",\"metric\":\"m\",\"fields\":{\"a", "\":1}}"),
            ("{\"project\":\"p\",\"metric\":\"m", "\"}"), ("{\"project\":\"p", "\",\"metric\":\"m\"}"),
            ("{\"project\":\"p\",\"metric\":\"m\",\"id\":\"", "\"}"), ("{\"project\":\"p\",\"metric\":\"m\",\"fields\":{\"a\":[{\"b\":\"", "\"}]}}"),
        })
        {
            var refused = Decoding.Refused(Broken(before, after));
            Assert.Equal("utf8_invalid", refused.Code);
            Assert.Contains($"byte {before.Length} of the event is 0xC3", refused.Message, StringComparison.Ordinal);
        }

        Assert.Equal(["p/m", "p/m"], Decoding.Lines([.. Encoding.UTF8.GetBytes(Decoding.Event("") + "\n"), 0xFF, 0x0A,
            .. Encoding.UTF8.GetBytes(Decoding.Event(""))])
            .Where(line => !line.StartsWith("dead utf8_invalid", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("""{"project":"p" "metric":"m"}""", "byte 15", "'\"'")]
    [InlineData("""{"project":"p","metric":"m",}""", "byte 28", "'}'")]
    [InlineData("""{"project":"p","metric":"m","fields":{"a":01}}""", "byte 43", "'1'")]
    [InlineData("""{"project":"p","metric":"m","fields":{"a":1""", "byte 43", "ends here")]
    [InlineData("""{"project":"p","metric":"m","fields":{"a":"\x"}}""", "byte 44", "'x'")]
    [InlineData("""{'project':"p"}""", "byte 1", "'''")]
    [InlineData("""{/* */"project":"p"}""", "byte 1", "'/'")]
    [InlineData("""<xml/>""", "byte 0", "'<'")]
    [InlineData("{\"project\":\n  \"p\",\n  oops}", "byte 21", "'o'")]
    public void Broken_JSON_is_told_with_its_position(string message, string position, string found)
    {
        var refused = Decoding.Refused(message);
        Assert.Equal("json_invalid", refused.Code);
        Assert.Contains(position + " of the event", refused.Message, StringComparison.Ordinal);
        Assert.Contains(found, refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("5", "'5'")]
    [InlineData("\"text\"", "'\"text\"'")]
    [InlineData("true", "'true'")]
    [InlineData("null", "'null'")]
    [InlineData("[[1]]", "'[1]]'")]
    public void A_value_that_is_no_object_is_no_event(string message, string words)
    {
        var refused = Decoding.Refused(message);
        Assert.Equal("event_not_object", refused.Code);
        Assert.Contains(words, refused.Message, StringComparison.Ordinal);
    }
}
