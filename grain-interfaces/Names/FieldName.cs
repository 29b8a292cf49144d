using System.Text.Unicode;

namespace Analytics.GrainInterfaces.Names;

/// <summary>The rule for metric and field names: 1-128 bytes of UTF-8 without control characters. They are always quoted in SQL.</summary>
public static class FieldName
{
    /// <summary>Bytes at most.</summary>
    public const int BytesMax = 128;

    /// <summary>Whether <paramref name="name"/> may name a metric or a field.</summary>
    public static bool IsValid(ReadOnlySpan<byte> name)
    {
        if (name.Length is 0 or > BytesMax)
        {
            return false;
        }

        for (var i = 0; i < name.Length; i++)
        {
            // C0 and DEL are one byte; C1 (U+0080-U+009F) is 0xC2 followed by 0x80-0x9F.
            var b = name[i];
            if (b is < 0x20 or 0x7F || (b == 0xC2 && i + 1 < name.Length && name[i + 1] is >= 0x80 and <= 0x9F))
            {
                return false;
            }
        }

        return Utf8.IsValid(name);
    }
}
