// Goal: how a message is cut into inputs, and that a broken one never takes a neighbour along.
using System.Text;
using Analytics.Grains.Configuration;
using Analytics.Silo.Ingest.Decode;
using Xunit;

namespace Analytics.Tests.Decode;

public sealed class SplitTests
{
    private static readonly string[] Rows = ["p/m a=i1", "p/m a=i2"];

    private static string One => Decoding.Event("\"a\":1");

    private static string Two => Decoding.Event("\"a\":2");

    [Fact]
    public void Events_are_found_in_every_form()
    {
        foreach (var message in new[]
        {
            $"{One}\n{Two}", $"{One}\n{Two}\n", $"\n\n{One}\r\n\r\n{Two}\r\n", $"{One} {Two}", $"{One}{Two}", $"[{One},{Two}]",
            $" [ {One} , {Two} ] ",
            $"[\n{One},\n{Two}\n]\n", $"[{One}]\n[{Two}]", $"[{One}][{Two}]", $"\uFEFF{One}\n{Two}", $"\uFEFF[{One},{Two}]",
            $"[{One},{Two},]", $"[{One} {Two}]", $"{One},\n{Two},", $"[,{One},,{Two}]",
        })
        {
            Assert.Equal(Rows, Decoding.Lines(message));
        }
    }

    [Fact]
    public void An_event_may_be_printed_over_lines()
    {
        var pretty = "{\n  \"project\": \"p\",\n  \"metric\": \"m\",\n  \"fields\": {\n    \"a\": 1\n  }\n}";
        Assert.Equal(["p/m a=i1", "p/m a=i2", "p/m a=i1"], Decoding.Lines($"{pretty}\n{Two}\n{pretty}"));
        Assert.Equal(["p/m a=i1", "p/m a=i1"], Decoding.Lines($"[{pretty},\n{pretty}]"));
    }

    [Theory]
    [InlineData("rubbish")]
    [InlineData("5")]
    [InlineData("null null")]
    [InlineData("{\"project\":\"p\"")]
    [InlineData("{\"project\":\"p\",")]
    [InlineData("{\"project\":")]
    [InlineData("{")]
    [InlineData("}")]
    [InlineData("}}}}")]
    [InlineData("]")]
    [InlineData("\"open")]
    [InlineData("{\"project\":\"open")]
    [InlineData("{\"project\":\"p\",\"metric\":\"m\",\"fields\":{\"a\":[1,2}")]
    [InlineData("{\"project\":\"p\",\"metric\":\"m\",\"fields\":{\"a\":{\"b\":1}")]
    [InlineData("{\"project\":\"p\",\"metric\":\"m\",\"fields\":{\"a\":1}}}")]
    [InlineData("{\"project\":\"p\",\"metric\":\"m\",\"fields\":{\"a\":\"\\\"}}")]
    [InlineData("{\"x\":1}")]
    public void A_bad_line_stands_alone(string bad)
    {
        foreach (var newline in new[] { "\n", "\r\n", "\n\n", " \n" })
        {
            var lines = Decoding.Lines(One + newline + bad + newline + Two);
            Assert.Equal(Rows, lines.Where(line => line.Contains("a=i", StringComparison.Ordinal)).Distinct());
            Assert.Contains(lines, line => line.StartsWith("dead", StringComparison.Ordinal));
            Assert.Equal("p/m a=i2", lines[^1]);
            Assert.Equal("p/m a=i2", Decoding.Lines(bad + newline + Two)[^1]);
        }
    }

    [Theory]
    [InlineData("[1,2")]
    [InlineData("[")]
    [InlineData("[{\"project\":\"p\"")]
    [InlineData("[{\"project\":\"open")]
    public void A_line_that_opens_an_array_stands_alone_too(string bad)
    {
        var lines = Decoding.Lines(One + "\n" + bad + "\n" + Two);
        Assert.Equal(Rows, lines.Where(line => line.StartsWith("p/m", StringComparison.Ordinal)));
        Assert.Contains("dead json_invalid [", lines);
    }

    [Theory]
    [InlineData("{\"a\" 1}", 1)]
    [InlineData("{\"project\":\"p\",\"metric\":\"m\",\"fields\":{\"a\":}}", 1)]
    [InlineData("{\"project\":\"p\",\"metric\":\"m\",\"fields\":{\"a\":\"],[{}\\\"\"!}}", 1)]
    [InlineData("rubbish", 1)]
    [InlineData("1", 1)]
    [InlineData("[1,[2,{}]]", 1)]
    [InlineData("\"}\"", 1)]
    [InlineData("{\"project\":\"p\",\"metric\":\"m\",\"fields\":{\"a\":[1,2}", 1)]
    [InlineData("{\"project\":\"p\",\"metric\":\"m\",\"fields\":{\"a\":{\"b\":1}", 1)]
    [InlineData("{\"project\":\"p\",\"metric\":\"m\",\"fields\":{\"a\":1}}}", 2)]
    [InlineData("{\"project\":}, {\"project\":}", 2)]
    [InlineData("}}}", 1)]
    [InlineData("{{{}", 1)]
    [InlineData("{\"x\":[[[}", 1)]
    public void A_broken_element_stands_alone(string bad, int inputs)
    {
        var lines = Decoding.Lines($"[{One},{bad},{Two}]");
        Assert.Equal("p/m a=i1", lines[0]);
        Assert.Equal("p/m a=i2", lines[^1]);
        Assert.Equal(inputs, lines.Length - 2);
    }

    [Fact]
    public void A_string_without_end_takes_its_line_of_an_array_only()
    {
        Assert.Equal(
            ["p/m a=i1", "dead json_invalid {\"project\":\"open}", "p/m a=i2"], Decoding.Lines($"[\n{One},\n{{\"project\":\"open}},\n{Two}\n]"));

        // On one line nothing says where it ends: the rest is one dead letter.
        Assert.Equal(
            ["p/m a=i1", $"dead json_invalid {{\"project\":\"open}},{Two}]"], Decoding.Lines($"[{One},{{\"project\":\"open}},{Two}]"));
    }

    [Fact]
    public void An_array_that_is_cut_off_is_told()
    {
        Assert.Equal(["p/m a=i1", "p/m a=i2", "dead json_invalid ["], Decoding.Lines($"[{One},{Two}"));
        Assert.Equal(["p/m a=i1", "dead json_invalid ["], Decoding.Lines($"[{One},"));
        Assert.Equal(["p/m a=i1", "dead json_invalid {\"project\":"], Decoding.Lines($"[{One},{{\"project\":"));
    }

    [Fact]
    public void A_broken_event_printed_over_lines_is_one_input()
    {
        var pretty = "{\n  \"project\": \"p\",\n  \"metric\": oops,\n  \"fields\": {\n    \"a\": [\n      {\n        \"x\": 1\n      }\n    ]\n  }\n}";
        Assert.Equal(["p/m a=i1", "dead json_invalid " + pretty, "p/m a=i2"], Decoding.Lines($"{One}\n{pretty}\n{Two}"));
        Assert.Equal(["dead json_invalid " + pretty.Replace("\n", "\r\n"), "p/m a=i2"], Decoding.Lines($"{pretty}\n{Two}".Replace("\n", "\r\n")));
        Assert.Equal(["dead json_invalid {\"project\":\"p\",", "p/m a=i2"], Decoding.Lines($"{{\"project\":\"p\",\n   {Two}"));
        var wrong = "{\n\"project\": \"p\",\n\"metric\": 5\n}";
        Assert.Equal(["dead metric_invalid " + wrong, "p/m a=i2"], Decoding.Lines($"{wrong}\n{Two}"));
    }

    [Fact]
    public void The_splitter_tells_place_metric_and_fault_of_each_input()
    {
        var splitter = new EventSplitter(new LimitsOptions());
        var found = new List<SplitEvent> { default };
        var body = $" [ {One} ,{{\"a\"}} , {{\"project\":\"q\",\"metric\":\"n/n\"}},{Two}]";
        splitter.Split(Encoding.UTF8.GetBytes(body), found);
        Assert.Equal([One, "{\"a\"}", "{\"project\":\"q\",\"metric\":\"n/n\"}", Two], found.Select(input => body.Substring(input.Start,
            input.Length)));
        Assert.Equal([null, "json_invalid", null, null], found.Select(input => input.Error?.Code));
        Assert.Equal("p/m", Encoding.UTF8.GetString(splitter.KeyOf(found[0].MetricIndex)));
        Assert.Equal("q/n/n", Encoding.UTF8.GetString(splitter.KeyOf(found[2].MetricIndex)));
        Assert.Equal(found[0].MetricIndex, found[3].MetricIndex);
        Assert.Equal(-1, found[1].MetricIndex);
    }

    [Fact]
    public void Too_many_errors_end_a_message()
    {
        const int Lines = 5000;
        var message = string.Concat(Enumerable.Repeat("x\n", Lines)) + One;
        var lines = Decoding.Lines(message);
        Assert.Equal(1000 + (message.Length / 64) + 1, lines.Length);
        Assert.StartsWith("dead too_many_errors x\nx\n", lines[^1], StringComparison.Ordinal);

        // Inputs of an ordinary size never come near the limit, be they all bad.
        var ordinary = string.Concat(Enumerable.Repeat(One.Replace("\"p\"", "\"P\"").PadRight(64) + "\n", Lines)) + One;
        Assert.Equal("p/m a=i1", Decoding.Lines(ordinary)[^1]);
    }
}
