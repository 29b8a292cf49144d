// Goal: which arrays become array values, which stay JSON text, and that the verdict does not depend on the order of elements.
using Analytics.Grains.Configuration;
using Xunit;

namespace Analytics.Tests.Decode;

public sealed class ArrayTests
{
    [Theory]
    [InlineData("[]", "e[]")]
    [InlineData("[null,null]", "e[null,null]")]
    [InlineData("[true,false]", "b[true,false]")]
    [InlineData("[1,-2,9223372036854775807]", "i[1,-2,9223372036854775807]")]
    [InlineData("[null,1,null]", "i[null,1,null]")]
    [InlineData("[1.5,-2e1]", "f[1.5,-20]")]
    [InlineData("[1,2.5]", "f[1,2.5]")]
    [InlineData("[2.5,null,1]", "f[2.5,null,1]")]
    [InlineData("[null,1,2,2.5,3]", "f[null,1,2,2.5,3]")]
    [InlineData("[9007199254740992,0.5,-9007199254740992]", "f[9007199254740992,0.5,-9007199254740992]")]
    [InlineData("[9007199254740993,0.5]", "j[9007199254740993,0.5]")]
    [InlineData("[0.5,-9007199254740993]", "j[0.5,-9007199254740993]")]
    [InlineData("[9007199254740993,1,0.5]", "j[9007199254740993,1,0.5]")]
    [InlineData("[\"a\",\"\",null,\"\\u00e9\"]", "s[a,,null,é]")]
    [InlineData("[\"2026-11-20T10:00:00Z\"]", "s[2026-11-20T10:00:00Z]")]
    [InlineData("[1,\"a\"]", "j[1,\"a\"]")]
    [InlineData("[true,1]", "j[true,1]")]
    [InlineData("[\"a\", 1 , \"\\u00e9\"]", "j[\"a\", 1 , \"\\u00e9\"]")]
    [InlineData("[{\"a\":1}]", "j[{\"a\":1}]")]
    [InlineData("[1,[2,[3]], {}]", "j[1,[2,[3]], {}]")]
    [InlineData("[[]]", "j[[]]")]
    [InlineData("[{\"n\":99999999999999999999,\"n\":1e999}]", "j[{\"n\":99999999999999999999,\"n\":1e999}]")]
    public void An_array_has_a_kind(string json, string shown)
    {
        Assert.Equal("a=" + shown, Decoding.Fields($"\"a\":{json}"));
        Assert.Equal("p/m a=" + shown, Decoding.Line($$"""{"fields":{"a":{{json}}},"project":"p","metric":"m"}"""));
    }

    [Theory]
    [InlineData("1e999")]
    [InlineData("99999999999999999999")]
    public void A_number_that_fits_nothing_is_refused_wherever_it_stands(string number)
    {
        foreach (var array in new[] { $"[{number}]", $"[1,{number}]", $"[\"a\",1,{number}]", $"[{{}},{number}]", $"[{number},{{}}]" })
        {
            Assert.Equal("number_out_of_range", Decoding.Refused(Decoding.Event($"\"a\":{array}")).Code);
        }
    }

    [Fact]
    public void An_array_is_limited_in_elements()
    {
        var limits = new LimitsOptions { ArrayElementsMax = 3 };
        Assert.Equal("a=i[1,2,3]", Decoding.Fields("\"a\":[1,2,3]", limits));
        Assert.Equal("a=j[1,{},[1,2,3,4,5]]", Decoding.Fields("\"a\":[1,{},[1,2,3,4,5]]", limits));
        foreach (var array in new[] { "[1,2,3,4]", "[null,null,null,null]", "[1,\"a\",2,3]" })
        {
            var refused = Decoding.Refused(Decoding.Event($"\"a\":{array}"), limits);
            Assert.Equal("array_too_long", refused.Code);
            Assert.Contains("'a' has more than 3 elements", refused.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Elements_and_JSON_texts_are_limited_like_texts()
    {
        var limits = new LimitsOptions { StringBytesMax = 10 };
        Assert.Equal("a=s[0123456789,x]", Decoding.Fields("\"a\":[\"0123456789\",\"x\"]", limits));
        Assert.Equal("string_too_long", Decoding.Refused(Decoding.Event("\"a\":[\"0123456789x\"]"), limits).Code);
        Assert.Equal("a=j[{\"a\":10}]", Decoding.Fields("\"a\":[{\"a\":10}]", limits));
        Assert.Equal("string_too_long", Decoding.Refused(Decoding.Event("\"a\":[{\"a\":100}]"), limits).Code);
    }
}
