// Goal: the text form of a time is exact. Everything of the form gives the same milliseconds as the framework's calendar,
// and every step outside of it is refused, so that decoder and column writer never disagree.
using System.Globalization;
using System.Text;
using Analytics.GrainInterfaces.Batches;
using Xunit;

namespace Analytics.Tests.Columns;

public sealed class Iso8601Tests
{
    [Theory]
    [InlineData("1970-01-01T00:00Z", 0)]
    [InlineData("1970-01-01 00:00:00Z", 0)]
    [InlineData("1970-01-01T00:00:00.001Z", 1)]
    [InlineData("1970-01-01T00:00:00.01Z", 10)]
    [InlineData("1970-01-01T00:00:00.1Z", 100)]
    [InlineData("1969-12-31T23:59:59.999Z", -1)]
    [InlineData("1970-01-01T01:00:00+01:00", 0)]
    [InlineData("1969-12-31T18:30:00-0530", 0)]
    [InlineData("1970-01-01T00:00+00:00", 0)]
    [InlineData("2000-02-29T12:34:56.789Z", 951_827_696_789)]
    [InlineData("0001-01-01T00:00:00Z", -62_135_596_800_000)]
    [InlineData("9999-12-31T23:59:59.999Z", 253_402_300_799_999)]
    [InlineData("1970-01-01T23:59:00.123+23:59", 123)]
    [InlineData("1970-01-01T00:00:00.123-23:59", 86_340_123)]
    public void An_instant_of_the_form_is_read(string text, long expectedMs)
    {
        Assert.True(Iso8601.TryParse(Encoding.UTF8.GetBytes(text), out var unixMs));
        Assert.Equal(expectedMs, unixMs);
    }

    [Theory]
    [InlineData("")]
    [InlineData("2026-11-20")]
    [InlineData("2026-11-20T10:00")]
    [InlineData("2026-11-20T10:00:00")]
    [InlineData("2026-11-20T10:00:00.123")]
    [InlineData("2026-11-20T10:00:00.1234Z")]
    [InlineData("2026-11-20T10:00:00.Z")]
    [InlineData("2026-11-20T10:00:00,123Z")]
    [InlineData("2026-11-20T10:00:60Z")]
    [InlineData("2026-11-20T10:60:00Z")]
    [InlineData("2026-11-20T24:00:00Z")]
    [InlineData("2026-11-20T10:00:Z")]
    [InlineData("2026-11-20T10:00:0Z")]
    [InlineData("2026-11-20T10:Z00000")]
    [InlineData("2026-11-20t10:00:00Z")]
    [InlineData("2026-11-20T10:00:00z")]
    [InlineData("2026-11-20_10:00:00Z")]
    [InlineData("2026-11-20T10:00:00ZZ")]
    [InlineData("2026-11-20T10:00:00 Z")]
    [InlineData(" 2026-11-20T10:00:00Z")]
    [InlineData("2026-11-20T10:00:00+01")]
    [InlineData("2026-11-20T10:00:00+1:00")]
    [InlineData("2026-11-20T10:00:00+24:00")]
    [InlineData("2026-11-20T10:00:00+00:60")]
    [InlineData("2026-11-20T10:00:00+00-00")]
    [InlineData("2026-11-20T10:00:00+00:00:00")]
    [InlineData("2026-11-20T10:00:00*00:00")]
    [InlineData("0000-01-01T00:00:00Z")]
    [InlineData("2026-00-20T10:00:00Z")]
    [InlineData("2026-13-20T10:00:00Z")]
    [InlineData("2026-11-00T10:00:00Z")]
    [InlineData("2026-11-31T10:00:00Z")]
    [InlineData("2025-02-29T10:00:00Z")]
    [InlineData("1900-02-29T10:00:00Z")]
    [InlineData("2026/11/20T10:00:00Z")]
    [InlineData("2026-1-20T10:00:00.00Z")]
    [InlineData("20261120T100000.000Z")]
    [InlineData("2026-W47-5T10:00:00Z")]
    [InlineData("-026-11-20T10:00:00Z")]
    [InlineData("2026-11-20T1o:00:00Z")]
    [InlineData("２026-11-20T10:00:00Z")]
    public void Anything_else_is_refused(string text)
    {
        Assert.False(Iso8601.TryParse(Encoding.UTF8.GetBytes(text), out var unixMs));
        Assert.Equal(0, unixMs);
    }

    [Fact]
    public void Every_day_of_the_calendar_agrees_with_the_framework()
    {
        var last = new DateTime(9999, 12, 31, 0, 0, 0, DateTimeKind.Utc);
        Span<byte> text = stackalloc byte[Iso8601.BytesMax];
        for (var day = new DateTime(1, 1, 1, 0, 0, 0, DateTimeKind.Utc); ; day = day.AddDays(1))
        {
            Assert.True(day.TryFormat(text, out var written, "yyyy-MM-dd'T'HH:mm'Z'", CultureInfo.InvariantCulture));
            Assert.True(Iso8601.TryParse(text[..written], out var unixMs));
            Assert.Equal((day - DateTime.UnixEpoch).Ticks / TimeSpan.TicksPerMillisecond, unixMs);
            if (day == last)
            {
                return;
            }
        }
    }

    [Fact]
    public void A_valid_text_cut_anywhere_or_with_any_byte_changed_never_throws()
    {
        var valid = "2026-11-20T10:00:00.123+01:30"u8.ToArray();
        for (var length = 0; length < valid.Length; length++)
        {
            Assert.False(Iso8601.TryParse(valid.AsSpan(0, length), out _));
        }

        for (var position = 0; position < valid.Length; position++)
        {
            for (var value = 0; value < 256; value++)
            {
                var changed = valid.ToArray();
                changed[position] = (byte)value;
                if (Iso8601.TryParse(changed, out var unixMs))
                {
                    Assert.Equal(FrameworkMs(Encoding.ASCII.GetString(changed)), unixMs);
                }
            }
        }
    }

    /// <summary>The framework's answer; it takes zones up to 14 hours only, so the zone of ±HH:mm is subtracted by hand.</summary>
    private static long FrameworkMs(string text)
    {
        var zone = TimeSpan.ParseExact(text[^5..], @"hh\:mm", CultureInfo.InvariantCulture);
        var local = DateTimeOffset.Parse(text[..^6] + "Z", CultureInfo.InvariantCulture);
        return (text[^6] == '-' ? local + zone : local - zone).ToUnixTimeMilliseconds();
    }
}
