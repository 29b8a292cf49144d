// Goal: bare field objects are judged as they will be in their envelope, and the envelope says exactly their project and metric.
using System.Buffers;
using System.Text;
using Analytics.Grains.Configuration;
using Analytics.Silo.Ingest.Decode;
using Xunit;

namespace Analytics.Tests.Decode;

public sealed class BareEventTests
{
    [Theory]
    [InlineData("m")]
    [InlineData("größe 😀")]
    [InlineData("a\"b\\c/d")]
    [InlineData("\",\"metric\":\"x")]
    public void An_item_becomes_an_event_of_its_metric(string metric)
    {
        var writer = Writer("p", metric);
        var (found, body) = Split("""[{"_time":5,"_id":"x","a":{"b":1}}, {} ]""", writer);
        Assert.All(found, item => Assert.Null(item.Error));
        Assert.Equal([$"p/{metric} @5 #x a_b=i1", $"p/{metric}"], found.SelectMany(item => Decoding.Lines(Wrap(writer, body, item))));
    }

    [Theory]
    [InlineData("Shop", "m", "project_invalid")]
    [InlineData("", "m", "project_invalid")]
    [InlineData("analytics", "m", "project_reserved")]
    [InlineData("p", "", "metric_invalid")]
    [InlineData("p", "a\nb", "metric_invalid")]
    public void Wrong_names_are_told_once_for_all(string project, string metric, string code)
    {
        Assert.False(BareEventWriter.TryCreate(project, metric, out var writer, out var error));
        Assert.Null(writer);
        Assert.Equal(code, error.Code);
    }

    [Fact]
    public void Half_a_character_is_in_no_name()
    {
        Assert.False(BareEventWriter.TryCreate("p", "half \ud800", out _, out var error));
        Assert.Equal("metric_invalid", error.Code);
        Assert.False(BareEventWriter.TryCreate("half\udc00", "m", out _, out error));
        Assert.Equal("project_invalid", error.Code);
    }

    [Fact]
    public void Items_are_split_and_judged_like_events()
    {
        var body = """{"a":1}""" + "\n" + """{"a":1e999}""" + "\n5\n" + """{"a":}""" + "\n" + """{"_seq":1}""" + "\n" + """{"project":"q","fields":{"x":1}}""";
        var (found, _) = Split(body, Writer("p", "m"));
        Assert.Equal(
            [null, "number_out_of_range", "event_not_object", "json_invalid", "field_name_reserved", null], found.Select(item => item.Error?.Code));
        Assert.Equal("message_empty", Assert.Single(Split(" \n", Writer("p", "m")).Found).Error!.Code);
    }

    [Fact]
    public void An_item_is_limited_with_its_envelope()
    {
        var writer = Writer("p", "m");
        var limits = new LimitsOptions { EventBytesMax = writer.OverheadBytes + 20 };
        foreach (var (length, code) in new[] { (20, null), (21, "event_too_large") })
        {
            var item = "{\"a\":\"" + new string('x', length - 8) + "\"}";
            var (found, body) = Split(item, writer, limits);
            Assert.Equal(code, found.Single().Error?.Code);
            var line = Assert.Single(Decoding.Lines(Wrap(writer, body, found[0]), limits));
            Assert.StartsWith(code is null ? "p/m" : "dead event_too_large", line, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Random_items_found_good_are_good_in_their_envelope()
    {
        var random = new Random(77);
        var maker = new EventMaker(random);
        var writer = Writer("shop", "m/\"n\"");
        var good = 0;
        for (var round = 0; round < 3000; round++)
        {
            var (found, body) = Split(string.Join('\n', maker.Event(), maker.Event(), maker.Event()), writer);
            Assert.Equal(3, found.Count);
            foreach (var item in found)
            {
                var line = Assert.Single(Decoding.Lines(Wrap(writer, body, item)));
                Assert.StartsWith(item.Error is null ? "shop/m/\"n\"" : "dead " + item.Error.Code, line, StringComparison.Ordinal);
                good += item.Error is null ? 1 : 0;
            }
        }

        Assert.InRange(good, 1000, 8900);
    }

    [Fact]
    public void Refused_inputs_become_the_dead_letters_the_caller_was_told_of()
    {
        var output = new ArrayBufferWriter<byte>();
        RejectedInputs.Begin(output);
        var error = new InputError("json_invalid", "The réason.");
        var raw = "{\"a\":\n{\"project\":\"q\",\"metric\":\"m\"}"u8;
        RejectedInputs.Add(
            output, new DeadLetter { Error = error, Raw = raw[..10], Project = "p"u8, Metric = "m"u8, Id = "i"u8, IsBare = true }, raw.Length);
        RejectedInputs.Add(output, new DeadLetter { Error = new InputError("event_not_object", "No."), Raw = "5"u8 }, 1);
        var message = output.WrittenSpan.ToArray();
        Assert.Equal(["dead json_invalid {\"a\":\n{\"pr", "dead event_not_object 5"], Decoding.Lines(message));

        var decoding = new Decoding();
        decoding.Add(message);
        var letters = Assert.Single(decoding.TakeBatches());
        Assert.Equal([0, 1], letters.Sequences);
        Assert.Equal("The réason.", Decoding.Text(letters, "reason", 0));
        Assert.Equal("p", Decoding.Text(letters, "project", 0));
        Assert.Equal("m", Decoding.Text(letters, "metric", 0));
        Assert.Null(Decoding.Text(letters, "project", 1));
        Assert.Equal([34, 1], letters.Fields.Single(field => field.Name == "raw_size").Bits);
        Assert.Equal([1, 0], letters.Fields.Single(field => field.Name == "bare").Bits);
        Assert.Equal("i", Encoding.UTF8.GetString(letters.IdAt(0)));
        Assert.True(letters.IdAt(1).IsEmpty);
    }

    [Fact]
    public void Refused_inputs_of_the_first_version_stay_readable()
    {
        // Code, reason, project, metric and raw with their lengths, then the size before the cut; no id, no form.
        byte[] message =
        [
            .. "\u0001RJ1"u8, 1, 0, 0, 0, .. "c"u8, 2, 0, 0, 0, .. "r."u8, 0, 0, 0, 0, 1, 0, 0, 0, .. "m"u8, 3, 0, 0, 0, .. "abc"u8, 9, 0, 0, 0,
        ];
        var decoding = new Decoding(new LimitsOptions { DeadLetterBytesMax = 1 });
        decoding.Add(message);
        var letters = Assert.Single(decoding.TakeBatches());
        Assert.Equal(("c", "r.", "m", "abc"), (
            Decoding.Text(letters, "code", 0), Decoding.Text(letters, "reason", 0), Decoding.Text(letters, "metric", 0), Decoding.Text(letters, "raw", 0)));
        Assert.Null(Decoding.Text(letters, "project", 0));
        Assert.Equal([9], letters.Fields.Single(field => field.Name == "raw_size").Bits);
        Assert.DoesNotContain(letters.Fields, field => field.Name == "bare");
        Assert.True(letters.IdAt(0).IsEmpty);
    }

    [Fact]
    public void Refused_inputs_cut_at_any_byte_are_accounted_for()
    {
        var output = new ArrayBufferWriter<byte>();
        RejectedInputs.Begin(output);
        RejectedInputs.Add(output, new DeadLetter { Error = new InputError("json_invalid", "One."), Raw = "{"u8, Project = "p"u8, Metric = "m"u8 }, 1);
        var first = output.WrittenCount;
        RejectedInputs.Add(output, new DeadLetter { Error = new InputError("json_invalid", "Two."), Raw = "}"u8, Project = "p"u8, Metric = "m"u8 }, 1);
        for (var length = 0; length <= output.WrittenCount; length++)
        {
            var lines = Decoding.Lines(output.WrittenSpan[..length].ToArray());
            Assert.Equal(length > first ? 2 : 1, lines.Length);
            Assert.All(lines, line => Assert.StartsWith(length == 0 ? "dead message_empty" : "dead json_invalid", line, StringComparison.Ordinal));
        }

        Assert.Equal("json_invalid", Assert.Single(Decoding.Lines([.. output.WrittenSpan[..4], 0xFF, 0xFF, 0xFF, 0xFF])).Split(' ')[1]);
    }

    private static BareEventWriter Writer(string project, string metric)
    {
        Assert.True(BareEventWriter.TryCreate(project, metric, out var writer, out _));
        return writer;
    }

    private static (List<SplitEvent> Found, byte[] Body) Split(string body, BareEventWriter writer, LimitsOptions? limits = null)
    {
        var found = new List<SplitEvent>();
        var bytes = Encoding.UTF8.GetBytes(body);
        new EventSplitter(limits ?? new LimitsOptions()).SplitBare(bytes, writer, found);
        return (found, bytes);
    }

    private static byte[] Wrap(BareEventWriter writer, byte[] body, SplitEvent item)
    {
        var output = new ArrayBufferWriter<byte>();
        writer.Write(output, body.AsSpan(item.Start, item.Length));
        return output.WrittenSpan.ToArray();
    }
}
