// Goal: input made to hurt costs time in proportion to its bytes, no stack, and bounded memory.
using System.Diagnostics;
using System.Text;
using Analytics.Grains.Configuration;
using Analytics.Silo.Ingest.Decode;
using Xunit;

namespace Analytics.Tests.Decode;

public sealed class HostileInputTests
{
    // Generous for a busy machine, and far below what a quadratic or a recursive reader would need.
    private static readonly TimeSpan Enough = TimeSpan.FromSeconds(10);

    public static TheoryData<string, string> Inputs => new()
    {
        { "deep arrays", Decoding.Event("\"a\":" + Many("[", 100_000) + Many("]", 100_000)) },
        { "deep objects", Decoding.Event(Many("\"a\":{", 100_000) + Many("}", 100_000)) },
        { "deep objects in an array", Decoding.Event("\"a\":[" + Many("{\"a\":", 100_000) + "1" + Many("}", 100_000) + "]") },
        {
            "deep fields before their metric",
            "{\"fields\":" + Many("{\"a\":", 100_000) + "1" + Many("}", 100_000) + ",\"project\":\"p\",\"metric\":\"m\"}"
        },
        { "open brackets", Many("[", 1_000_000) },
        { "open braces", Many("{", 1_000_000) },
        { "open objects", Many("{\"a\":", 300_000) },
        { "open objects on lines", Many("{\"a\":\n", 300_000) },
        { "open events on lines", Many("{\"project\":\"p\",\"metric\":\"m\",\"fields\":{\"a\":[\n", 30_000) },
        { "open fields on lines", Many("{\"fields\":\n", 100_000) },
        { "open and close", "{\"fields\":{\"a\":[\n" + Many("{\"b\":\n1},\n", 100_000) },
        { "indented lines", Many("{\n  \"a\":\n", 100_000) },
        { "brackets that do not match", "[" + Many("{[", 200_000) + Many("]}", 200_000) + "]" },
        { "closing brackets", "[" + Many("{", 64) + Many("]", 500_000) },
        { "closing braces", "[" + Many("[", 64) + Many("}", 500_000) },
        { "quotes", Many("\"", 1_000_001) },
        { "quotes in an array", "[" + Many("\"", 1_000_001) },
        { "backslashes", "{\"" + Many("\\", 1_000_001) },
        { "commas", Many(",", 1_000_000) + "x" },
        { "commas before objects", "[{\"a\":" + Many("1,{", 300_000) },
        { "line breaks", Many("\n", 2_000_000) + "x" },
        { "tiny objects", Many("{}", 500_000) },
        { "tiny broken lines", Many("{x\n", 500_000) },
        { "a long name", "{\"" + new string('n', 1_000_000) + "\":1}" },
        { "a long path", Decoding.Event($"\"{new string('n', 120)}\":{{\"{new string('n', 120)}\":1}}") },
    };

    [Theory]
    [MemberData(nameof(Inputs))]
    public void Hostile_input_is_refused_in_time(string name, string message)
    {
        var clock = Stopwatch.StartNew();
        var lines = Decoding.Lines(message);
        Assert.True(clock.Elapsed < Enough, $"{name}: {clock.Elapsed}");
        Assert.NotEmpty(lines);
        Assert.All(lines, line => Assert.StartsWith("dead", line, StringComparison.Ordinal));
        Assert.InRange(lines.Length, 1, 1001 + (message.Length / 64));
        var good = Decoding.Event("\"a\":1");
        Assert.Equal("p/m a=i1", Decoding.Lines(good + "\n" + message)[0]);
    }

    [Theory]
    [InlineData(10)]
    [InlineData(100)]
    [InlineData(100_000)]
    public void Any_depth_is_named_too_deep(int levels)
    {
        foreach (var fields in new[] { Many("\"a\":{", levels) + Many("}", levels), "\"a\":" + Many("[", levels) + Many("]", levels) })
        {
            Assert.Equal("nesting_too_deep", Decoding.Refused(Decoding.Event(fields)).Code);
        }
    }

    [Fact]
    public void Ten_thousand_fields_are_quick_to_take_and_to_refuse()
    {
        var limits = new LimitsOptions { FieldsPerEventMax = 20_000 };
        var fields = string.Join(',', Enumerable.Range(0, 10_000).Select(i => $"\"f{i}\":{i}"));
        var clock = Stopwatch.StartNew();
        for (var i = 0; i < 20; i++)
        {
            var decoding = new Decoding(limits);
            decoding.Add(Decoding.Event(fields));
            Assert.Equal(10_000, Assert.Single(decoding.TakeBatches()).Fields.Length);
            Assert.Equal("field_duplicate", Decoding.Refused(Decoding.Event(fields + ",\"f0\":1"), limits).Code);
            Assert.Equal("fields_too_many", Decoding.Refused(Decoding.Event(fields)).Code);
        }

        Assert.True(clock.Elapsed < Enough, $"{clock.Elapsed}");
    }

    [Fact]
    public void Names_in_another_order_in_each_event_are_quick_to_find()
    {
        var random = new Random(5);
        var names = Enumerable.Range(0, 1000).Select(i => $"\"name {i}\":1").ToArray();
        var decoding = new Decoding();
        var clock = Stopwatch.StartNew();
        for (var i = 0; i < 100; i++)
        {
            random.Shuffle(names);
            decoding.Add(Decoding.Event(string.Join(',', names)));
        }

        var batch = Assert.Single(decoding.TakeBatches());
        Assert.All(batch.Fields, field => Assert.Equal(100, field.Count));
        Assert.True(clock.Elapsed < Enough, $"{clock.Elapsed}");
    }

    [Fact]
    public void A_splitter_forgets_names_when_there_are_many()
    {
        var splitter = new EventSplitter(new LimitsOptions());
        var found = new List<SplitEvent>();
        for (var i = 0; i < 3; i++)
        {
            var lines = Enumerable.Range(0, 5000).Select(j => $$$"""{"project":"p","metric":"m{{{i}}}.{{{j}}}","fields":{"f{{{i}}}.{{{j}}}":1}}""");
            splitter.Split(Encoding.UTF8.GetBytes(string.Join('\n', lines)), found);
            Assert.Equal(5000, found.Count);
            Assert.All(found, input => Assert.Null(input.Error));
            Assert.Equal($"p/m{i}.4999", Encoding.UTF8.GetString(splitter.KeyOf(found[^1].MetricIndex)));
            Assert.Equal(4999, found[^1].MetricIndex);
        }
    }

    private static string Many(string text, int count) => new StringBuilder(text.Length * count).Insert(0, text, count).ToString();
}
