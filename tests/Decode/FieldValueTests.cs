// Goal: the kind of every scalar value, exact to the last bit, and the numbers and texts that are refused.
using System.Globalization;
using Analytics.Grains.Configuration;
using Analytics.Silo.Ingest.Decode;
using Xunit;

namespace Analytics.Tests.Decode;

public sealed class FieldValueTests
{
    [Theory]
    [InlineData("true", "true")]
    [InlineData("false", "false")]
    [InlineData("0", "i0")]
    [InlineData("-0", "i0")]
    [InlineData("12", "i12")]
    [InlineData("999999999999999999", "i999999999999999999")]
    [InlineData("9223372036854775807", "i9223372036854775807")]
    [InlineData("-9223372036854775808", "i-9223372036854775808")]
    [InlineData("1.0", "f1")]
    [InlineData("-0.0", "f-0")]
    [InlineData("1e2", "f100")]
    [InlineData("1E-2", "f0.01")]
    [InlineData("12.5", "f12.5")]
    [InlineData("0.1", "f0.1")]
    [InlineData("1.7976931348623157e308", "f1.7976931348623157E+308")]
    [InlineData("5e-324", "f5E-324")]
    [InlineData("1e-999", "f0")]
    [InlineData("123456789012345678.9", "f1.2345678901234568E+17")]
    [InlineData("\"text\"", "stext")]
    [InlineData("\"\"", "s")]
    [InlineData("\"12\"", "s12")]
    [InlineData("\"a\\u0000b\"", "sa\0b")]
    [InlineData("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", "s\"\\/\b\f\n\r\t")]
    [InlineData("\"\\u00e9\\u20ac\\ud83d\\ude00 \\uD83D\\uDE00\"", "sé€😀 😀")]
    [InlineData("\"é€😀\"", "sé€😀")]
    [InlineData("\"2026-11-20T10:00:00Z\"", "t2026-11-20T10:00:00Z")]
    [InlineData("\"2026-11-20 10:00:00.123+02:00\"", "t2026-11-20 10:00:00.123+02:00")]
    [InlineData("\"2026-11-20T10\\u003a00:00Z\"", "t2026-11-20T10:00:00Z")]
    [InlineData("\"2026-11-20T10:00:00.1234Z\"", "s2026-11-20T10:00:00.1234Z")]
    [InlineData("\"2026-11-20T10:00:00\"", "s2026-11-20T10:00:00")]
    [InlineData("\"2026-11-20\"", "s2026-11-20")]
    public void A_scalar_has_a_kind(string json, string shown) => Assert.Equal("a=" + shown, Decoding.Fields($"\"a\":{json}"));

    [Fact]
    public void A_null_is_no_value()
    {
        Assert.Equal("b=i1", Decoding.Fields("\"a\":null,\"b\":1"));
        Assert.Equal("a=i1", Decoding.Fields("\"a\":null,\"a\":1"));
        Assert.Equal("a=i1", Decoding.Fields("\"a\":1,\"a\":null"));
        Assert.Equal("p/m", Decoding.Line(Decoding.Event("\"a\":null")));
    }

    [Theory]
    [InlineData("9223372036854775808")]
    [InlineData("-9223372036854775809")]
    [InlineData("100000000000000000000000000000000")]
    [InlineData("1e309")]
    [InlineData("-1.8e308")]
    public void A_number_that_fits_nothing_is_refused_by_name_and_value(string number)
    {
        var refused = Decoding.Refused(Decoding.Event($"\"amount\":{number}"));
        Assert.Equal("number_out_of_range", refused.Code);
        Assert.Contains("'amount'", refused.Message, StringComparison.Ordinal);
        Assert.Contains($"'{number}'", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\\ud800")]
    [InlineData("\\udc00")]
    [InlineData("\\ud800\\ud800")]
    [InlineData("\\ud800 \\udc00")]
    [InlineData("\\ud800\\n")]
    [InlineData("\\ud83dx")]
    public void Half_a_character_is_refused(string escape)
    {
        Assert.Equal("utf8_invalid", Decoding.Refused(Decoding.Event($"\"a\":\"x{escape}\"")).Code);
        Assert.Equal("utf8_invalid", Decoding.Refused(Decoding.Event($"\"a{escape}\":1")).Code);
        Assert.Equal("utf8_invalid", Decoding.Refused(Decoding.Event($"\"a\":[\"{escape}\"]")).Code);
        Assert.Equal("utf8_invalid", Decoding.Refused(Decoding.Event($"\"a\":[{{\"b\":\"{escape}\"}}]")).Code);
        Assert.Equal("utf8_invalid", Decoding.Refused(Decoding.Event($"\"a\":[{{\"{escape}\":1}}]")).Code);
        Assert.Equal("utf8_invalid", Decoding.Refused($$"""{"fields":{"a":"{{escape}}"},"project":"p","metric":"m"}""").Code);
    }

    [Fact]
    public void A_text_is_limited_in_bytes_after_unescaping()
    {
        var limits = new LimitsOptions { StringBytesMax = 10 };
        Assert.Equal("a=s0123456789", Decoding.Fields("\"a\":\"0123456789\"", limits));
        Assert.Equal("a=séééxx\n\n", Decoding.Fields("\"a\":\"\\u00e9\\u00e9\\u00e9xx\\n\\n\"", limits));
        var refused = Decoding.Refused(Decoding.Event("\"a\":\"0123456789x\""), limits);
        Assert.Equal("string_too_long", refused.Code);
        Assert.Contains("'a' has 11 bytes; the limit is 10", refused.Message, StringComparison.Ordinal);
        Assert.Equal("string_too_long", Decoding.Refused(Decoding.Event("\"a\":\"\\u00e90123456789\""), limits).Code);
    }

    [Fact]
    public void Doubles_are_those_the_framework_reads()
    {
        // The exact path for short decimals must not differ in one bit from the general one.
        var random = new Random(17);
        for (var i = 0; i < 200_000; i++)
        {
            var digits = random.NextInt64(0, (long)Math.Pow(10, random.Next(1, 18))).ToString(CultureInfo.InvariantCulture);
            var text = (random.Next(2) == 0 ? "-" : "") + digits + "." + random.NextInt64(0, (long)Math.Pow(10, random.Next(1, 17)));
            Assert.True(JsonNumber.TryRead(System.Text.Encoding.ASCII.GetBytes(text), out var isInteger, out var bits));
            Assert.False(isInteger);
            Assert.Equal(BitConverter.DoubleToInt64Bits(double.Parse(text, CultureInfo.InvariantCulture)), bits);
        }
    }
}
