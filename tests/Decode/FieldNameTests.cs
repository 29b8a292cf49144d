// Goal: names of fields: flattening, nesting, duplicates, counts; both sides of every limit.
using Analytics.Grains.Configuration;
using Xunit;

namespace Analytics.Tests.Decode;

public sealed class FieldNameTests
{
    [Theory]
    [InlineData("""  "address":{"city":"B","geo":{"lat":1.5,"lon":2}},"x":1 """, "address_city=sB address_geo_lat=f1.5 address_geo_lon=i2 x=i1")]
    [InlineData("""  "a":{"b":{}},"c":{} """, "")]
    [InlineData("""  "a":{"b":{"c":1},"d":2},"e":3 """, "a_b_c=i1 a_d=i2 e=i3")]
    [InlineData("""  "a":{"\u0062":1} """, "a_b=i1")]
    [InlineData("""  "größe €":1," ":2,"a.b":3,"`\"":4 """, " =i2 `\"=i4 a.b=i3 größe €=i1")]
    [InlineData("""  "a":{"b":null,"c":[{"d":1}]} """, "a_c=j[{\"d\":1}]")]
    public void Nested_names_are_joined(string fields, string shown) => Assert.Equal(shown.Length == 0 ? "p/m" : shown, Decoding.Fields(fields));

    [Theory]
    [InlineData("""  "":1 """, "empty")]
    [InlineData("""  "":null """, "empty")]
    [InlineData("""  "a":{"":1} """, "inside 'a'")]
    [InlineData("""  "":{"a":1} """, "empty")]
    [InlineData("""  "a\u0000":1 """, "\\u0000")]
    [InlineData("""  "a\n":null """, "\\u000a")]
    [InlineData("""  "a":{"b\u007f":1} """, "a_b\\u007f")]
    [InlineData("""  "a\u0085":[1] """, "\\u0085")]
    public void A_name_that_is_none_is_refused(string fields, string words)
    {
        var refused = Decoding.Refused(Decoding.Event(fields));
        Assert.Equal("field_name_invalid", refused.Code);
        Assert.Contains(words, refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("_received")]
    [InlineData("_partition")]
    [InlineData("_offset")]
    [InlineData("_seq")]
    [InlineData("_inserted")]
    [InlineData("_extra")]
    [InlineData("_\\u0073eq")]
    public void The_names_of_fixed_columns_are_kept(string name)
    {
        Assert.Equal("field_name_reserved", Decoding.Refused(Decoding.Event($"\"{name}\":1")).Code);
        Assert.Equal("field_name_reserved", Decoding.Refused(Decoding.Event($"\"{name}\":null")).Code);
        Assert.Equal("_extra_a=i1 _sequence=i2 x__seq=i3", Decoding.Fields("""  "_extra":{"a":1},"_sequence":2,"x":{"_seq":3} """));
    }

    [Fact]
    public void A_name_is_limited_in_bytes_after_flattening()
    {
        string Long(int length) => new('n', length);
        Assert.Equal($"{Long(128)}=i1", Decoding.Fields($"\"{Long(128)}\":1"));
        Assert.Equal("field_name_invalid", Decoding.Refused(Decoding.Event($"\"{Long(129)}\":1")).Code);
        Assert.Equal("field_name_invalid", Decoding.Refused(Decoding.Event($"\"\\u0041{Long(5000)}\":1")).Code);
        Assert.Equal($"{Long(63)}_{Long(64)}=i1", Decoding.Fields($"\"{Long(63)}\":{{\"{Long(64)}\":1}}"));
        var refused = Decoding.Refused(Decoding.Event($"\"{Long(64)}\":{{\"{Long(64)}\":1}}"));
        Assert.Equal("field_name_invalid", refused.Code);
        Assert.Contains("it has 129", refused.Message, StringComparison.Ordinal);
        Assert.Equal("p/m", Decoding.Line(Decoding.Event($"\"{Long(128)}\":{{}}")));
        Assert.Equal("field_name_invalid", Decoding.Refused(Decoding.Event($"\"{Long(128)}\":{{\"a\":1}}")).Code);
        Assert.Equal($"{string.Concat(Enumerable.Repeat("é", 64))}=i1", Decoding.Fields($"\"{string.Concat(Enumerable.Repeat("\\u00e9", 64))}\":1"));
    }

    [Theory]
    [InlineData("""  "a":1,"a":2 """, "'a'")]
    [InlineData("""  "a":1,"\u0061":"x" """, "'a'")]
    [InlineData("""  "a":{"b":1},"a":{"b":2} """, "'a.b'")]
    [InlineData("""  "a":{"b":1},"a_b":2,"a.b":3 """, "'a.b'")]
    [InlineData("""  "a":{"b":1},"a_b":2,"a_b":3 """, "'a_b'")]
    [InlineData("""  "a":[1,[2]],"a":[{"b":1}] """, "'a'")]
    public void A_field_given_twice_is_refused(string fields, string words)
    {
        var refused = Decoding.Refused(Decoding.Event(fields));
        Assert.Equal("field_duplicate", refused.Code);
        Assert.Contains(words, refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""  "a":{"b":1},"a_b":2 """, "a.b=i1 a_b=i2")]
    [InlineData("""  "a_b":2,"a":{"b":1} """, "a.b=i1 a_b=i2")]
    [InlineData("""  "a_b":2,"a":{"b":[1,2],"c":3} """, "a.b=i[1,2] a_b=i2 a_c=i3")]
    [InlineData("""  "a_b":{"c":1},"a":{"b_c":2} """, "a.b_c=i2 a_b.c=i1")]
    [InlineData("""  "a":{"b":{"c":{"d":1}},"b_c":{"d":2}},"a_b":{"c_d":3},"a_b_c_d":4 """, "a.b.c.d=i1 a.b_c.d=i2 a_b.c_d=i3 a_b_c_d=i4")]
    [InlineData("""  "a":{"b":1},"a_b":null """, "a_b=i1")]
    [InlineData("""  "a":{"b":{}},"a_b":2 """, "a_b=i2")]
    [InlineData("""  "a":{"\u0062":1},"a_\u0062":2 """, "a.b=i1 a_b=i2")]
    public void A_nested_field_that_shares_its_name_with_another_keeps_its_dots(string fields, string shown)
    {
        Assert.Equal(shown, Decoding.Fields(fields));
        Assert.Equal("p/m " + shown, Decoding.Line($$"""{"fields":{{{fields}}},"project":"p","metric":"m"}"""));
        Assert.Equal(["p/m a_b=i9", "p/m " + shown, "p/m a_b=i9"], Decoding.Lines($"{Decoding.Event("\"a\":{\"b\":9}")}\n{Decoding.Event(fields)}\n{Decoding.Event("\"a_b\":9")}"));
    }

    [Fact]
    public void Objects_of_one_name_may_share_it_when_their_fields_differ() =>
        Assert.Equal("a_b=i1 a_c=i2", Decoding.Fields("""  "a":{"b":1},"a":{"c":2} """));

    [Fact]
    public void Nesting_is_limited()
    {
        string Nested(int levels, string inner) =>
            string.Concat(Enumerable.Repeat("\"a\":{", levels)) + inner + new string('}', levels);
        var limits = new LimitsOptions { NestingMax = 3 };
        Assert.Equal("a_a_a_x=i1", Decoding.Fields(Nested(3, "\"x\":1"), limits));
        Assert.Equal("a_a_x=i[1]", Decoding.Fields(Nested(2, "\"x\":[1]"), limits));
        Assert.Equal("x=j[[[1]]]", Decoding.Fields("\"x\":[[[1]]]", limits));
        Assert.Equal("x=j[{\"y\":[1]}]", Decoding.Fields("\"x\":[{\"y\":[1]}]", limits));
        foreach (var fields in new[] { Nested(4, ""), Nested(3, "\"x\":[1]"), "\"x\":[[[[]]]]", "\"x\":[{\"y\":[{}]}]",
            "\"x\":[1,{\"y\":{\"z\":{}}}]" })
        {
            Assert.Equal("nesting_too_deep", Decoding.Refused(Decoding.Event(fields), limits).Code);
            Assert.Equal("nesting_too_deep", Decoding.Refused($$"""{"fields":{{{fields}}},"project":"p","metric":"m"}""", limits).Code);
        }
    }

    [Fact]
    public void The_number_of_fields_is_limited()
    {
        var limits = new LimitsOptions { FieldsPerEventMax = 3 };
        Assert.Equal("a=i1 b_c=i2 d=i3", Decoding.Fields("""  "a":1,"b":{"c":2},"x":null,"y":{},"d":3 """, limits));
        var refused = Decoding.Refused(Decoding.Event("""  "a":1,"b":{"c":2},"d":3,"e":4 """), limits);
        Assert.Equal("fields_too_many", refused.Code);
        Assert.Contains("more than 3 fields", refused.Message, StringComparison.Ordinal);
        Assert.Contains("'e'", refused.Message, StringComparison.Ordinal);
    }
}
