namespace Analytics.Silo.Ingest.Decode;

/// <summary>
/// Finds where an input that is not JSON ends, so that its neighbours still go in. Runs only after an error; one pass, no recursion.
/// </summary>
internal static class BrokenInput
{
    // Levels whose kind is remembered; deeper ones are only counted.
    private const int TypedLevelsMax = 64;

    /// <summary>
    /// The end of a broken element of an array: the next comma or closing bracket outside strings and nested brackets. A bracket that is never
    /// closed or a string that is never ended must not take the neighbours along, so it also ends where JSON cannot go on (at <c>,{</c> inside
    /// an object, at a <c>]</c> that closes nothing of its own, at a line break inside a string) and where an event a line is likely to begin:
    /// at a line break outside brackets, and at one with a <c>{</c> right behind it.
    /// </summary>
    /// <returns>The end, exclusive; -1 when there is none before the end of the data.</returns>
    public static int EndInArray(ReadOnlySpan<byte> data, int start)
    {
        var levels = default(Levels);
        for (var i = start; i < data.Length; i++)
        {
            switch (data[i])
            {
                case (byte)'"':
                    i = EndOfString(data, i);
                    if (i < 0 || data[i] != (byte)'"')
                    {
                        return i;
                    }

                    break;
                case (byte)'{':
                    levels.Open(isObject: true);
                    break;
                case (byte)'[':
                    levels.Open(isObject: false);
                    break;
                case (byte)'}':
                    levels.Close(isObject: true);
                    break;
                case (byte)']' when !levels.Close(isObject: false):
                    return Math.Max(i, start + 1);
                case (byte)'\n' when levels.Depth == 0 || (i + 1 < data.Length && data[i + 1] == (byte)'{'):
                    return i;
                case (byte)',' when levels.Depth == 0 || (levels.IsInObject && NextIsObject(data, i + 1)):
                    return i;
                default:
                    break;
            }
        }

        return -1;
    }

    /// <summary>
    /// The end of a broken input outside arrays: the end of its line. An object whose first line ends open (with a bracket, comma or colon)
    /// is taken for a pretty-printed one: indented and closing lines after it are its own, unless one begins an object and goes on.
    /// </summary>
    /// <returns>The end, exclusive.</returns>
    public static int EndOfLines(ReadOnlySpan<byte> data, int start)
    {
        var end = EndOfLine(data, start);
        var line = data[start..end].TrimEnd(" \t\r"u8);
        if (data[start] == (byte)'{' && line[^1] is (byte)'{' or (byte)'[' or (byte)',' or (byte)':')
        {
            while (end < data.Length && IsContinuation(data[(end + 1)..EndOfLine(data, end + 1)]))
            {
                end = EndOfLine(data, end + 1);
            }
        }

        return start + data[start..end].TrimEnd(" \t\r\n"u8).Length;
    }

    private static int EndOfLine(ReadOnlySpan<byte> data, int start)
    {
        var length = data[start..].IndexOf((byte)'\n');
        return length < 0 ? data.Length : start + length;
    }

    private static bool IsContinuation(ReadOnlySpan<byte> line)
    {
        var text = line.Trim(" \t\r"u8);
        if (text.IsEmpty)
        {
            return false;
        }

        var isIndented = line[0] is (byte)' ' or (byte)'\t';
        return text[0] == (byte)'{' ? isIndented && text.Length == 1 : isIndented || text[0] is (byte)'}' or (byte)']';
    }

    // The closing quote, the line break that cuts the string, or -1.
    private static int EndOfString(ReadOnlySpan<byte> data, int quote)
    {
        for (var i = quote + 1; i < data.Length; i++)
        {
            var next = data[i..].IndexOfAny((byte)'"', (byte)'\\', (byte)'\n');
            if (next < 0)
            {
                return -1;
            }

            i += next;
            if (data[i] != (byte)'\\')
            {
                return i;
            }

            i++;
        }

        return -1;
    }

    private static bool NextIsObject(ReadOnlySpan<byte> data, int start)
    {
        var next = data[start..].IndexOfAnyExcept(" \t\r\n"u8);
        return next >= 0 && data[start + next] == (byte)'{';
    }

    private struct Levels
    {
        private ulong _objects;

        public int Depth { get; private set; }

        public readonly bool IsInObject => Depth is > 0 and <= TypedLevelsMax && (_objects & (1UL << (Depth - 1))) != 0;

        public void Open(bool isObject)
        {
            if (Depth < TypedLevelsMax)
            {
                var bit = 1UL << Depth;
                _objects = isObject ? _objects | bit : _objects & ~bit;
            }

            Depth++;
        }

        // Closes the innermost level of this kind and what is open inside it; false when there is none.
        public bool Close(bool isObject)
        {
            if (Depth > TypedLevelsMax)
            {
                Depth--;
                return true;
            }

            for (var depth = Depth; depth > 0; depth--)
            {
                if (((_objects & (1UL << (depth - 1))) != 0) == isObject)
                {
                    Depth = depth - 1;
                    return true;
                }
            }

            return false;
        }
    }
}
