using System.Buffers.Text;

namespace Analytics.Silo.Ingest.Decode;

/// <summary>Reads a number token that the JSON reader has already found well-formed.</summary>
internal static class JsonNumber
{
    // Up to this many digits the value is exact in a double, and so is the power of ten below: one division rounds correctly.
    private const int ExactDigits = 15;

    private static readonly double[] PowersOfTen =
        [1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15];

    /// <summary>Reads a number.</summary>
    /// <param name="text">The token.</param>
    /// <param name="isInteger">Whether it has neither fraction nor exponent.</param>
    /// <param name="bits">The integer, or the double's bits.</param>
    /// <returns>False for an integer outside 64 signed bits, and for a number no finite double is near.</returns>
    public static bool TryRead(ReadOnlySpan<byte> text, out bool isInteger, out long bits)
    {
        var negative = text[0] == (byte)'-';
        long value = 0;
        var point = -1;
        var i = negative ? 1 : 0;
        var digits = text.Length - i;
        if (digits <= 18)
        {
            for (; i < text.Length; i++)
            {
                var digit = (uint)(text[i] - '0');
                if (digit <= 9)
                {
                    value = (value * 10) + digit;
                }
                else if (text[i] == (byte)'.')
                {
                    point = i;
                }
                else
                {
                    return TryReadAny(text, out isInteger, out bits);
                }
            }

            isInteger = point < 0;
            if (isInteger)
            {
                bits = negative ? -value : value;
                return true;
            }

            if (digits <= ExactDigits + 1)
            {
                var number = value / PowersOfTen[text.Length - point - 1];
                bits = BitConverter.DoubleToInt64Bits(negative ? -number : number);
                return true;
            }
        }

        return TryReadAny(text, out isInteger, out bits);
    }

    private static bool TryReadAny(ReadOnlySpan<byte> text, out bool isInteger, out long bits)
    {
        isInteger = text.IndexOfAny((byte)'.', (byte)'e', (byte)'E') < 0;
        if (isInteger)
        {
            return Utf8Parser.TryParse(text, out bits, out var read) && read == text.Length;
        }

        var isNumber = Utf8Parser.TryParse(text, out double number, out var consumed) && consumed == text.Length && double.IsFinite(number);
        bits = BitConverter.DoubleToInt64Bits(number);
        return isNumber;
    }
}
