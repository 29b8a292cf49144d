namespace Analytics.GrainInterfaces.Batches;

/// <summary>
/// The one rule for text that is a time: <c>yyyy-MM-dd('T'|' ')HH:mm[:ss[.f{1,3}]](Z|±HH:mm|±HHmm)</c>. The decoder uses it to tell
/// <see cref="FieldKind.DateTime"/> from <see cref="FieldKind.String"/>, the column writer to get the milliseconds: both must agree.
/// </summary>
/// <remarks>Anything looser is refused: a date without a zone is ambiguous, a fourth fraction digit would be lost.</remarks>
public static class Iso8601
{
    /// <summary>Bytes of the shortest form, <c>2026-11-20T10:00Z</c>.</summary>
    public const int BytesMin = 17;

    /// <summary>Bytes of the longest form, <c>2026-11-20T10:00:00.123+00:00</c>.</summary>
    public const int BytesMax = 29;

    private const long DayMs = 24L * 60 * 60 * 1000;

    /// <summary>Reads one instant.</summary>
    /// <param name="utf8">The whole text, nothing around it.</param>
    /// <param name="unixMs">UTC milliseconds since 1970, negative before; 0 when the text is refused.</param>
    /// <returns>Whether the text has exactly the form above and names a day of the calendar (years 0001-9999, seconds 00-59).</returns>
    public static bool TryParse(ReadOnlySpan<byte> utf8, out long unixMs)
    {
        unixMs = 0;
        if (utf8.Length is < BytesMin or > BytesMax || !TryDate(utf8, out var days) || utf8[10] is not ((byte)'T' or (byte)' '))
        {
            return false;
        }

        var rest = utf8[11..];
        if (!TryClock(ref rest, out var clockMs) || !TryZone(rest, out var zoneMinutes))
        {
            return false;
        }

        unixMs = (days * DayMs) + clockMs - (zoneMinutes * 60_000L);
        return true;
    }

    private static bool TryDate(ReadOnlySpan<byte> utf8, out long days)
    {
        days = 0;
        if (!TryTwoDigits(utf8, 0, out var century) || !TryTwoDigits(utf8, 2, out var yearOfCentury) || utf8[4] != '-'
            || !TryTwoDigits(utf8, 5, out var month) || utf8[7] != '-' || !TryTwoDigits(utf8, 8, out var day))
        {
            return false;
        }

        var year = (century * 100) + yearOfCentury;
        if (year == 0 || month is 0 or > 12 || day == 0 || day > DateTime.DaysInMonth(year, month))
        {
            return false;
        }

        days = DaysSince1970(year, month, day);
        return true;
    }

    /// <summary>Counts years from March, so that the leap day is the last one; 719,468 days lie between 0000-03-01 and 1970-01-01.</summary>
    private static long DaysSince1970(int year, int month, int day)
    {
        var marchYear = month <= 2 ? year - 1 : year;
        var dayOfYear = (((153 * (month > 2 ? month - 3 : month + 9)) + 2) / 5) + day - 1;
        return (365L * marchYear) + (marchYear / 4) - (marchYear / 100) + (marchYear / 400) + dayOfYear - 719_468;
    }

    private static bool TryClock(ref ReadOnlySpan<byte> rest, out long clockMs)
    {
        clockMs = 0;
        if (!TryTwoDigits(rest, 0, out var hour) || hour > 23 || rest[2] != ':' || !TryTwoDigits(rest, 3, out var minute) || minute > 59)
        {
            return false;
        }

        clockMs = ((hour * 60L) + minute) * 60_000;
        rest = rest[5..];
        if (rest.IsEmpty || rest[0] != ':')
        {
            return true;
        }

        if (!TryTwoDigits(rest, 1, out var second) || second > 59)
        {
            return false;
        }

        clockMs += second * 1000;
        rest = rest[3..];
        return rest.IsEmpty || rest[0] != '.' || TryFraction(ref rest, ref clockMs);
    }

    private static bool TryFraction(ref ReadOnlySpan<byte> rest, ref long clockMs)
    {
        var weight = 100;
        var read = 1;
        for (; read < rest.Length && rest[read] is >= (byte)'0' and <= (byte)'9'; read++)
        {
            clockMs += (rest[read] - '0') * weight;
            weight /= 10;
        }

        rest = rest[read..];
        return read is >= 2 and <= 4;
    }

    private static bool TryZone(ReadOnlySpan<byte> rest, out int minutes)
    {
        minutes = 0;
        if (rest.Length == 1)
        {
            return rest[0] == 'Z';
        }

        var hasColon = rest.Length == 6 && rest[3] == ':';
        if ((!hasColon && rest.Length != 5) || rest[0] is not ((byte)'+' or (byte)'-'))
        {
            return false;
        }

        if (!TryTwoDigits(rest, 1, out var hour) || hour > 23 || !TryTwoDigits(rest, hasColon ? 4 : 3, out var minute) || minute > 59)
        {
            return false;
        }

        minutes = ((hour * 60) + minute) * (rest[0] == '-' ? -1 : 1);
        return true;
    }

    private static bool TryTwoDigits(ReadOnlySpan<byte> text, int start, out int value)
    {
        value = 0;
        if (start + 2 > text.Length)
        {
            return false;
        }

        var tens = text[start] - '0';
        var ones = text[start + 1] - '0';
        value = (tens * 10) + ones;
        return tens is >= 0 and <= 9 && ones is >= 0 and <= 9;
    }
}
