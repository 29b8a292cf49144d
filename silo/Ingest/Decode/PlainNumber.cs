namespace Analytics.Silo.Ingest.Decode;

/// <summary>Finds numbers as nearly all are: an optional minus, digits, an optional point and digits.</summary>
internal static class PlainNumber
{
    /// <summary>The length of the number these bytes begin with; 0 when they begin with none, or with one that has an exponent.</summary>
    /// <remarks>What follows is for the caller to look at: it is no digit, no point and no exponent.</remarks>
    public static int Length(ReadOnlySpan<byte> text)
    {
        var i = text.Length > 0 && text[0] == '-' ? 1 : 0;
        var first = i;
        SkipDigits(text, ref i);
        if (i == first || (text[first] == '0' && i > first + 1))
        {
            return 0;
        }

        if (i < text.Length && text[i] == '.')
        {
            var point = i++;
            SkipDigits(text, ref i);
            if (i == point + 1)
            {
                return 0;
            }
        }

        return i < text.Length && (text[i] | 0x20) == 'e' ? 0 : i;
    }

    private static void SkipDigits(ReadOnlySpan<byte> text, ref int i)
    {
        while (i < text.Length && (uint)(text[i] - '0') <= 9)
        {
            i++;
        }
    }
}
