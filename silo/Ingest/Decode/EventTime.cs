using System.Buffers.Text;
using Analytics.GrainInterfaces.Batches;

namespace Analytics.Silo.Ingest.Decode;

/// <summary>
/// Reads the time of an event. Other than a field's value it may have up to nine fraction digits, cut to milliseconds:
/// nanosecond clocks are common and an event's time is stored in milliseconds anyway.
/// </summary>
internal static class EventTime
{
    /// <summary>1900-01-01T00:00:00Z, the first instant a DateTime64 column holds.</summary>
    public const long UnixMsMin = Grains.Columns.ColumnFit.DateTimeMsMin;

    /// <summary>2299-12-31T23:59:59.999Z, the last one.</summary>
    public const long UnixMsMax = Grains.Columns.ColumnFit.DateTimeMsMax;

    // Beyond every unit's range, and far from where a decimal overflows: 2299 is 1.04e19 nanoseconds.
    private const decimal NumberMax = 1e20m;

    private const int FractionDigitsKept = 3;
    private const int FractionDigitsMax = 9;

    /// <summary>Reads a time given as text.</summary>
    /// <param name="text">The text, nothing around it.</param>
    /// <param name="unit">What a number would count: for the words of an error.</param>
    /// <param name="unixMs">UTC milliseconds since 1970.</param>
    /// <returns>What is wrong with it, or <see langword="null"/>.</returns>
    public static InputError? ReadText(ReadOnlySpan<byte> text, TimeUnit unit, out long unixMs)
    {
        if (Iso8601.TryParse(text, out unixMs) || TryReadLongFraction(text, out unixMs))
        {
            return CheckRange(text, unit, unixMs);
        }

        // The one mistake that is common enough for words of its own: a good time without a zone.
        Span<byte> withZone = stackalloc byte[Iso8601.BytesMax + FractionDigitsMax];
        if (text.Length < withZone.Length)
        {
            text.CopyTo(withZone);
            withZone[text.Length] = (byte)'Z';
            if (Iso8601.TryParse(withZone[..(text.Length + 1)], out _) || TryReadLongFraction(withZone[..(text.Length + 1)], out _))
            {
                return new InputError(
                    InputErrorCodes.TimeInvalid, $"The time {EventNames.Quote(text)} has no zone: add Z for UTC, or an offset such as +02:00.");
            }
        }

        return new InputError(
            InputErrorCodes.TimeInvalid,
            $"{EventNames.Quote(text)} is not a time: give ISO 8601 such as 2026-11-20T10:00:00.123Z, or {Word(unit)} since 1970 as a number.");
    }

    /// <summary>Reads a time given as a number; what is finer than a millisecond is cut off.</summary>
    /// <param name="text">The number as it is written.</param>
    /// <param name="unit">What it counts since 1970.</param>
    /// <param name="unixMs">UTC milliseconds since 1970.</param>
    /// <returns>What is wrong with it, or <see langword="null"/>.</returns>
    public static InputError? ReadNumber(ReadOnlySpan<byte> text, TimeUnit unit, out long unixMs)
    {
        if (!JsonNumber.TryRead(text, out var isInteger, out unixMs))
        {
            return OutOfRange(text, unit);
        }

        if (unit != TimeUnit.Milliseconds)
        {
            return TryScale(text, unit, out unixMs) ? null : OutOfRange(text, unit);
        }

        if (!isInteger)
        {
            // The comparison is made on the double: a cast of a larger one would be the largest integer, or garbage.
            var number = Math.Floor(BitConverter.Int64BitsToDouble(unixMs));
            if (number is < UnixMsMin or > UnixMsMax)
            {
                return OutOfRange(text, unit);
            }

            unixMs = (long)number;
        }

        return CheckRange(text, unit, unixMs);
    }

    /// <summary>A unit in the words of an error.</summary>
    public static string Word(TimeUnit unit) => unit switch
    {
        TimeUnit.Seconds => "seconds",
        TimeUnit.Microseconds => "microseconds",
        TimeUnit.Nanoseconds => "nanoseconds",
        _ => "milliseconds",
    };

    // In decimal, as it is written: 1732180000.123 seconds times 1,000 is less than ...123 in a double, and would lose a millisecond.
    private static bool TryScale(ReadOnlySpan<byte> text, TimeUnit unit, out long unixMs)
    {
        unixMs = 0;
        if (!Utf8Parser.TryParse(text, out decimal number, out var consumed) || consumed != text.Length)
        {
            return false;
        }

        var (factor, divisor) = unit switch
        {
            TimeUnit.Seconds => (1000m, 1m),
            TimeUnit.Microseconds => (1m, 1000m),
            _ => (1m, 1_000_000m),
        };
        if (Math.Abs(number) > NumberMax)
        {
            return false;
        }

        var scaled = Math.Floor(number * factor / divisor);
        if (scaled is < UnixMsMin or > UnixMsMax)
        {
            return false;
        }

        unixMs = (long)scaled;
        return true;
    }

    private static InputError? CheckRange(ReadOnlySpan<byte> text, TimeUnit unit, long unixMs) =>
        unixMs is < UnixMsMin or > UnixMsMax ? OutOfRange(text, unit) : null;

    private static InputError OutOfRange(ReadOnlySpan<byte> text, TimeUnit unit) => new(
        InputErrorCodes.TimeOutOfRange,
        $"The time {EventNames.Quote(text)} is outside 1900-01-01 to 2299-12-31. (A number means {Word(unit)} since 1970.)");

    private static bool TryReadLongFraction(ReadOnlySpan<byte> text, out long unixMs)
    {
        unixMs = 0;
        var point = text.IndexOf((byte)'.');
        if (point < 0)
        {
            return false;
        }

        var digits = text[(point + 1)..].IndexOfAnyExceptInRange((byte)'0', (byte)'9');
        if (digits is <= FractionDigitsKept or > FractionDigitsMax || text.Length - digits + FractionDigitsKept > Iso8601.BytesMax)
        {
            return false;
        }

        Span<byte> cut = stackalloc byte[Iso8601.BytesMax];
        var kept = point + 1 + FractionDigitsKept;
        text[..kept].CopyTo(cut);
        var zone = text[(point + 1 + digits)..];
        zone.CopyTo(cut[kept..]);
        return Iso8601.TryParse(cut[..(kept + zone.Length)], out unixMs);
    }
}
