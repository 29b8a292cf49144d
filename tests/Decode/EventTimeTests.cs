// Goal: the time of an event: every accepted form, both sides of the range, and clear words for what is refused.
using Analytics.Silo.Ingest.Decode;
using Xunit;

namespace Analytics.Tests.Decode;

public sealed class EventTimeTests
{
    [Theory]
    [InlineData("\"1970-01-01T00:00:00.005Z\"", 5)]
    [InlineData("\"1970-01-01 00:00Z\"", 0)]
    [InlineData("\"1970-01-01T01:00:00+01:00\"", 0)]
    [InlineData("\"1969-12-31T22:00:00-0200\"", 0)]
    [InlineData("\"1970-01-01T00:00:00.005999Z\"", 5)]
    [InlineData("\"1970-01-01T00:00:00.123456789+00:00\"", 123)]
    [InlineData("\"1970-01-01T00\\u003a00:01Z\"", 1000)]
    [InlineData("1795168800123", 1795168800123)]
    [InlineData("-1", -1)]
    [InlineData("1.9", 1)]
    [InlineData("-0.5", -1)]
    [InlineData("1.5e3", 1500)]
    [InlineData("\"1900-01-01T00:00:00Z\"", EventTime.UnixMsMin)]
    [InlineData("-2208988800000", EventTime.UnixMsMin)]
    [InlineData("\"2299-12-31T23:59:59.999Z\"", EventTime.UnixMsMax)]
    [InlineData("10413791999999", EventTime.UnixMsMax)]
    public void A_time_is_read(string time, long unixMs)
    {
        var shown = unixMs == Decoding.ReceivedMs ? "p/m" : $"p/m @{unixMs}";
        Assert.Equal(shown, Decoding.Line($$"""{"project":"p","metric":"m","time":{{time}}}"""));
        Assert.Equal(shown, Decoding.Line(Decoding.Event($"\"_time\":{time}")));
    }

    [Theory]
    [InlineData("\"1899-12-31T23:59:59.999Z\"")]
    [InlineData("\"2300-01-01T00:00:00Z\"")]
    [InlineData("\"1900-01-01T00:00:00+00:01\"")]
    [InlineData("-2208988800001")]
    [InlineData("10413792000000")]
    [InlineData("10413792000000.5")]
    [InlineData("1e300")]
    [InlineData("-1e300")]
    [InlineData("1e999")]
    [InlineData("99999999999999999999")]
    public void A_time_outside_the_range_is_refused(string time) => AssertRefused(time, "time_out_of_range", "1900-01-01 to 2299-12-31");

    [Theory]
    [InlineData("\"2026-11-20T10:00:00\"", "has no zone")]
    [InlineData("\"2026-11-20T10:00:00.123456\"", "has no zone")]
    [InlineData("\"2026-11-20 10:00\"", "has no zone")]
    [InlineData("\"2026-11-20\"", "is not a time")]
    [InlineData("\"2026-02-29T10:00:00Z\"", "is not a time")]
    [InlineData("\"2026-11-20T10:00:00.1234567890Z\"", "is not a time")]
    [InlineData("\"2026-11-20T10:00:00.Z\"", "is not a time")]
    [InlineData("\"1795168800\"", "is not a time")]
    [InlineData("\"\"", "is not a time")]
    [InlineData("\"yesterday, or the day before, or some time long ago in another century\"", "is not a time")]
    [InlineData("true", "but is true")]
    [InlineData("[1]", "but is an array")]
    [InlineData("{\"a\":1}", "but is an object")]
    public void A_thing_that_is_no_time_is_refused(string time, string words) => AssertRefused(time, "time_invalid", words);

    [Fact]
    public void Without_a_time_it_is_the_messages() => Assert.Equal("p/m", Decoding.Line("""{"project":"p","metric":"m"}"""));

    private static void AssertRefused(string time, string code, string words)
    {
        var refused = Decoding.Refused($$"""{"project":"p","metric":"m","time":{{time}}}""");
        Assert.Equal(code, refused.Code);
        Assert.Contains(words, refused.Message, StringComparison.Ordinal);
        Assert.Equal(refused, Decoding.Refused(Decoding.Event($"\"_time\":{time}")));
    }
}
