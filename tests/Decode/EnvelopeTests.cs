// Goal: what an event's own keys may be, in any order, and what is said of each way they can be wrong.
using Analytics.Grains.Configuration;
using Xunit;

namespace Analytics.Tests.Decode;

public sealed class EnvelopeTests
{
    [Theory]
    [InlineData("""{"project":"p","metric":"m"}""", "p/m")]
    [InlineData("""{"metric":"m","project":"p"}""", "p/m")]
    [InlineData("""{"project":"p","metric":"m","fields":{}}""", "p/m")]
    [InlineData("""{"project":"p","metric":"m","fields":null}""", "p/m")]
    [InlineData("""{"project":"p","metric":"m","time":null,"id":null}""", "p/m")]
    [InlineData("""{"project":"p","metric":"m","fields":{"a":1}}""", "p/m a=i1")]
    [InlineData("""{"fields":{"a":1},"project":"p","metric":"m"}""", "p/m a=i1")]
    [InlineData("""{"project":"p","fields":{"a":{"b":[1]}},"metric":"m","id":"x"}""", "p/m #x a_b=i[1]")]
    [InlineData("""{"id":"x","time":5,"fields":{"a":1},"metric":"m","project":"p"}""", "p/m @5 #x a=i1")]
    [InlineData("""{"proj\u0065ct":"\u0070","metric":"m\u00e9\ud83d\ude00","fi\u0065lds":{"\u0061":1}}""", "p/mé😀 a=i1")]
    [InlineData("""{"project":"p","metric":"a/b \"quoted\" 'x'"}""", "p/a/b \"quoted\" 'x'")]
    public void The_keys_come_in_any_order(string message, string line) => Assert.Equal(line, Decoding.Line(message));

    [Theory]
    [InlineData("""{"metric":"m"}""", "project_missing", "no project")]
    [InlineData("""{"project":null,"metric":"m"}""", "project_missing", "no project")]
    [InlineData("""{}""", "project_missing", "no project")]
    [InlineData("""{"project":"p"}""", "metric_missing", "no metric")]
    [InlineData("""{"project":"p","metric":null}""", "metric_missing", "no metric")]
    [InlineData("""{"project":5,"metric":"m"}""", "project_invalid", "the number '5'")]
    [InlineData("""{"project":"","metric":"m"}""", "project_invalid", "''")]
    [InlineData("""{"project":"Shop","metric":"m"}""", "project_invalid", "'Shop'")]
    [InlineData("""{"project":"1a","metric":"m"}""", "project_invalid", "'1a'")]
    [InlineData("""{"project":"a-b","metric":"m"}""", "project_invalid", "'a-b'")]
    [InlineData("""{"project":"a/b","metric":"m"}""", "project_invalid", "'a/b'")]
    [InlineData("""{"project":"analytics","metric":"dead_letters"}""", "project_reserved", "'analytics'")]
    [InlineData("""{"project":"system","metric":"m"}""", "project_reserved", "'system'")]
    [InlineData("""{"project":"p","metric":""}""", "metric_invalid", "''")]
    [InlineData("""{"project":"p","metric":["m"]}""", "metric_invalid", "an array")]
    [InlineData("""{"project":"p","metric":"a\nb"}""", "metric_invalid", "\\u000a")]
    [InlineData("""{"project":"p","metric":"a\u0085b"}""", "metric_invalid", "\\u0085")]
    [InlineData("""{"project":"p","metric":"m","fields":[]}""", "fields_not_object", "an array")]
    [InlineData("""{"project":"p","metric":"m","fields":"x"}""", "fields_not_object", "the string 'x'")]
    [InlineData("""{"project":"p","metric":"m","feilds":{}}""", "envelope_field_unknown", "'feilds'")]
    [InlineData("""{"project":"p","metric":"m","Time":1}""", "envelope_field_unknown", "'Time'")]
    [InlineData("""{"project":"p","metric":"m","project":"p"}""", "field_duplicate", "'project'")]
    [InlineData("""{"project":"p","metric":"m","id":null,"id":"x"}""", "field_duplicate", "'id'")]
    [InlineData("""{"project":"p","metric":"m","id":true}""", "id_invalid", "true")]
    [InlineData("""{"project":"p","metric":"m","id":{}}""", "id_invalid", "an object")]
    [InlineData("""{"project":"\ud800","metric":"m"}""", "utf8_invalid", "the project")]
    [InlineData("""{"project":"p","metric":"\udc00"}""", "utf8_invalid", "the metric")]
    [InlineData("""{"project":"p","metric":"m","id":"\ud800x"}""", "utf8_invalid", "the id")]
    [InlineData("""{"project":"p","metric":"m","\ud800":1}""", "utf8_invalid", "a key")]
    public void A_wrong_envelope_is_refused_in_clear_words(string message, string code, string words)
    {
        var refused = Decoding.Refused(message);
        Assert.Equal(code, refused.Code);
        Assert.Contains(words, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Names_may_be_as_long_as_their_limit_and_no_longer()
    {
        Assert.StartsWith(new string('p', 63) + "/", Decoding.Line($$"""{"project":"{{new string('p', 63)}}","metric":"m"}"""),
            StringComparison.Ordinal);
        Assert.Equal("project_invalid", Decoding.Refused($$"""{"project":"{{new string('p', 64)}}","metric":"m"}""").Code);
        Assert.Equal("p/" + new string('m', 128), Decoding.Line($$"""{"project":"p","metric":"{{new string('m', 128)}}"}"""));
        Assert.Equal("metric_invalid", Decoding.Refused($$"""{"project":"p","metric":"{{new string('m', 129)}}"}""").Code);
        Assert.Equal("metric_invalid", Decoding.Refused($$"""{"project":"p","metric":"\u0041{{new string('m', 5000)}}"}""").Code);
        Assert.Equal("project_invalid", Decoding.Refused($$"""{"project":"\u0061{{new string('m', 5000)}}","metric":"m"}""").Code);
        Assert.Equal("envelope_field_unknown", Decoding.Refused($$"""{"\u0061{{new string('m', 5000)}}":1}""").Code);
    }

    [Theory]
    [InlineData("\"a-1\"", "#a-1")]
    [InlineData("17", "#17")]
    [InlineData("-1.50e3", "#-1.50e3")]
    [InlineData("\"\\u00e9\\n\"", "#é\n")]
    public void An_id_is_a_text_or_a_number_as_it_is_written(string id, string shown) =>
        Assert.Equal("p/m " + shown, Decoding.Line($$"""{"project":"p","metric":"m","id":{{id}}}"""));

    [Fact]
    public void An_empty_id_is_no_id() => Assert.Equal("p/m", Decoding.Line("""{"project":"p","metric":"m","id":""}"""));

    [Fact]
    public void An_id_is_limited_in_bytes_after_unescaping()
    {
        Assert.Equal("p/m #" + new string('x', 128), Decoding.Line($$"""{"project":"p","metric":"m","id":"{{new string('x', 128)}}"}"""));
        Assert.Equal("id_too_long", Decoding.Refused($$"""{"project":"p","metric":"m","id":"{{new string('x', 129)}}"}""").Code);
        var escaped = string.Concat(Enumerable.Repeat("\\u0078", 128));
        Assert.Equal("p/m #" + new string('x', 128), Decoding.Line($$"""{"project":"p","metric":"m","id":"{{escaped}}"}"""));
        Assert.Equal("id_too_long", Decoding.Refused($$"""{"project":"p","metric":"m","id":"{{escaped}}\u0078"}""").Code);
        Assert.Equal("id_too_long", Decoding.Refused($$"""{"project":"p","metric":"m","id":"\u0078{{new string('x', 100_000)}}"}""").Code);
        Assert.Equal("id_too_long", Decoding.Refused($$"""{"project":"p","metric":"m","id":1{{new string('0', 128)}}}""").Code);
    }

    [Fact]
    public void In_fields_the_reserved_names_mean_time_and_id()
    {
        Assert.Equal("p/m @7 #x a=i1", Decoding.Fields("""  "_time":7,"a":1,"_id":"x" """).Insert(0, "p/m "));
        Assert.Equal("a=i1", Decoding.Fields("""  "_time":null,"a":1,"_id":null """));
        Assert.Equal("field_duplicate", Decoding.Refused("""{"project":"p","metric":"m","time":1,"fields":{"_time":2}}""").Code);
        Assert.Equal("field_duplicate", Decoding.Refused("""{"project":"p","metric":"m","fields":{"_id":"a"},"id":"b"}""").Code);
        Assert.Equal("field_duplicate", Decoding.Refused(Decoding.Event("""  "_id":"a","_id":"a" """)).Code);
        Assert.Equal("p/m @3", Decoding.Line("""{"project":"p","metric":"m","time":null,"fields":{"_time":3}}"""));
        Assert.Equal("time_invalid", Decoding.Refused(Decoding.Event("""  "_time":{} """)).Code);
        Assert.Equal("id_invalid", Decoding.Refused(Decoding.Event("""  "_id":[1] """)).Code);
        Assert.Equal("a__time=i1", Decoding.Fields("""  "a":{"_time":1} """));
    }

    [Fact]
    public void An_event_is_limited_in_bytes()
    {
        var limits = new LimitsOptions { EventBytesMax = 100 };
        var head = """{"project":"p","metric":"m","fields":{"a":""" + "\"";
        var fits = head + new string('x', 100 - head.Length - 3) + "\"}}";
        Assert.Equal(100, fits.Length);
        Assert.StartsWith("p/m a=s", Decoding.Line(fits, limits), StringComparison.Ordinal);
        Assert.StartsWith("p/m a=s", Decoding.Line(fits + "\n ", limits), StringComparison.Ordinal);
        var over = head + new string('x', 101 - head.Length - 3) + "\"}}";
        Assert.Equal("event_too_large", Decoding.Refused(over, limits).Code);
        Assert.Equal("event_too_large", Decoding.Refused(over + new string(' ', 50), limits).Code);
        Assert.Equal("event_too_large", Decoding.Refused(head + new string('x', 5000) + "\"}}", limits).Code);
        Assert.Equal(["dead event_too_large " + over, "p/m", "dead event_too_large " + over, "p/m"], Decoding.Lines(
            $$"""[{{over}},{"project":"p","metric":"m"}]""" + "\n" + over + "\n" + """{"project":"p","metric":"m"}""", limits));
    }
}
