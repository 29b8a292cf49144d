using System.Globalization;
using System.Text;
using Analytics.GrainInterfaces.Names;
using Analytics.Silo.Ingest.Decode;

namespace Analytics.Silo.Http.DeadLetters;

/// <summary>The values of a filter as text, the same in an address and in a body, and what each may be.</summary>
internal static class FilterText
{
    /// <summary>What a code may be.</summary>
    public const string CodeAllowed = "one code of 1 to 64 characters";

    /// <summary>What a project or metric may be: letters of inputs with wrong names are found by those.</summary>
    public const string NameAllowed = "one name of 1 to 128 bytes";

    /// <summary>What a time may be.</summary>
    public const string TimeAllowed = "one time from 1900-01-01 to 2299-12-31: ISO 8601 with a zone (in an address, + is %2B), or milliseconds since 1970";

    /// <summary>What a cursor may be.</summary>
    public const string CursorAllowed = "what next was in an earlier answer";

    private const int CodeCharsMax = 64;

    /// <summary>Whether it can be a code.</summary>
    public static bool IsCode(string text) => text.Length is >= 1 and <= CodeCharsMax;

    /// <summary>Whether it can be a name in a letter.</summary>
    public static bool IsName(string text) => text.Length > 0 && Encoding.UTF8.GetByteCount(text) <= FieldName.BytesMax;

    /// <summary>A reader of texts that are taken as they are.</summary>
    /// <param name="isValid">Which are taken.</param>
    public static Func<string, (bool IsValid, string Value)> Reader(Predicate<string> isValid) => text => (isValid(text), text);

    /// <summary>Reads a time.</summary>
    public static bool TryTime(string text, out long timeMs)
    {
        var isNumber = long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _);
        var bytes = Encoding.UTF8.GetBytes(text);
        return (isNumber ? EventTime.ReadNumber(bytes, TimeUnit.Milliseconds, out timeMs) : EventTime.ReadText(bytes, TimeUnit.Milliseconds, out timeMs)) is null;
    }
}
