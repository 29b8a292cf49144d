using System.Buffers.Binary;
using System.Text.Json;
using Analytics.GrainInterfaces.Batches;

namespace Analytics.Silo.Ingest.Decode;

/// <content>The values.</content>
internal sealed partial class EventWalker<TSink>
{
    // Integers up to here are exact in a double.
    private const long ExactIntegerMax = 1L << 53;

    private bool ReadString(scoped ref Utf8JsonReader reader, int field, scoped ReadOnlySpan<byte> name)
    {
        var text = reader.ValueSpan;
        if (reader.ValueIsEscaped && !TryUnescape(ref reader, name, out text))
        {
            return false;
        }

        return AddText(field, name, text);
    }

    private bool AddText(int field, scoped ReadOnlySpan<byte> name, scoped ReadOnlySpan<byte> text)
    {
        if (text.Length > _limits.StringBytesMax)
        {
            return FailTooLong(name, text.Length);
        }

        var isTime = text.Length >= Iso8601.BytesMin && (uint)(text[0] - '0') <= 9 && Iso8601.TryParse(text, out _);
        Sink.Add(field, isTime ? FieldKind.DateTime : FieldKind.String, text);
        return true;
    }

    private bool ReadNumber(scoped ref Utf8JsonReader reader, int field, scoped ReadOnlySpan<byte> name)
    {
        if (!JsonNumber.TryRead(reader.ValueSpan, out var isInteger, out var bits))
        {
            return FailNumber(ref reader, name);
        }

        Sink.Add(field, isInteger ? FieldKind.Int64 : FieldKind.Float64, bits);
        return true;
    }

    /// <summary>
    /// Reads an array into the scratch buffer while its elements have one kind. When they have not, it is kept as JSON text, as written;
    /// its own elements obey the same limits all the same, so that the verdict does not depend on their order.
    /// </summary>
    private bool ReadArray(scoped ref Utf8JsonReader reader, ref Envelope envelope, int field, scoped ReadOnlySpan<byte> name, int depth)
    {
        var start = (int)reader.TokenStartIndex;
        if (reader.CurrentDepth - depth > _limits.NestingMax)
        {
            return FailTooDeep(name);
        }

        var kind = FieldKind.EmptyArray;
        var isExact = true;
        var count = 0;
        _scratch.Elements.Length = 0;
        while (true)
        {
            if (!Next(ref reader))
            {
                return false;
            }

            if (reader.TokenType == JsonTokenType.EndArray)
            {
                break;
            }

            if (++count > _limits.ArrayElementsMax)
            {
                return Fail(
                    InputErrorCodes.ArrayTooLong,
                    $"The array {EventNames.Quote(name)} has more than {_limits.ArrayElementsMax} elements, the limit for one array.");
            }

            if (!ReadElement(ref reader, name, depth, ref kind, ref isExact))
            {
                return false;
            }
        }

        if (kind != FieldKind.Json)
        {
            Sink.Add(field, kind, _scratch.Elements.Written);
            return true;
        }

        var json = envelope.Window[start..(int)reader.BytesConsumed];
        if (json.Length > _limits.StringBytesMax)
        {
            return FailTooLong(name, json.Length);
        }

        Sink.Add(field, FieldKind.Json, json);
        return true;
    }

    private bool ReadElement(scoped ref Utf8JsonReader reader, scoped ReadOnlySpan<byte> name, int depth, ref FieldKind kind, ref bool isExact)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.Null:
                _scratch.Elements.Append(0);
                return true;
            case JsonTokenType.True:
            case JsonTokenType.False:
                kind = Merge(kind, FieldKind.BoolArray);
                _scratch.Elements.Append(1);
                _scratch.Elements.Append(reader.TokenType == JsonTokenType.True ? (byte)1 : (byte)0);
                return true;
            case JsonTokenType.Number:
                return ReadNumberElement(ref reader, name, ref kind, ref isExact);
            case JsonTokenType.String:
                kind = Merge(kind, FieldKind.StringArray);
                return ReadStringElement(ref reader, name);
            default:
                kind = FieldKind.Json;
                return SkipContainer(ref reader, depth, name);
        }
    }

    // What is appended after the kind has become Json is never looked at.
    private static FieldKind Merge(FieldKind kind, FieldKind element) =>
        kind == element || kind == FieldKind.EmptyArray ? element : FieldKind.Json;

    private bool ReadNumberElement(scoped ref Utf8JsonReader reader, scoped ReadOnlySpan<byte> name, ref FieldKind kind, ref bool isExact)
    {
        if (!JsonNumber.TryRead(reader.ValueSpan, out var isInteger, out var bits))
        {
            return FailNumber(ref reader, name);
        }

        isExact &= !isInteger || bits is >= -ExactIntegerMax and <= ExactIntegerMax;
        if (kind == FieldKind.Int64Array && !isInteger && isExact)
        {
            IntegersToDoubles(_scratch.Elements.Written);
            kind = FieldKind.Float64Array;
        }
        else if (kind == FieldKind.Float64Array && isInteger && isExact)
        {
            bits = BitConverter.DoubleToInt64Bits(bits);
        }
        else
        {
            kind = Merge(kind, isInteger ? FieldKind.Int64Array : FieldKind.Float64Array);
        }

        var element = _scratch.Elements.Reserve(9);
        element[0] = 1;
        BinaryPrimitives.WriteInt64LittleEndian(element[1..], bits);
        _scratch.Elements.Length += 9;
        return true;
    }

    private static void IntegersToDoubles(Span<byte> elements)
    {
        while (!elements.IsEmpty)
        {
            if (elements[0] == 0)
            {
                elements = elements[1..];
                continue;
            }

            var integer = BinaryPrimitives.ReadInt64LittleEndian(elements[1..]);
            BinaryPrimitives.WriteDoubleLittleEndian(elements[1..], integer);
            elements = elements[9..];
        }
    }

    private bool ReadStringElement(scoped ref Utf8JsonReader reader, scoped ReadOnlySpan<byte> name)
    {
        var text = reader.ValueSpan;
        if (reader.ValueIsEscaped && !TryUnescape(ref reader, name, out text))
        {
            return false;
        }

        if (text.Length > _limits.StringBytesMax)
        {
            return FailTooLong(name, text.Length);
        }

        var element = _scratch.Elements.Reserve(5 + text.Length);
        element[0] = 1;
        BinaryPrimitives.WriteInt32LittleEndian(element[1..], text.Length);
        text.CopyTo(element[5..]);
        _scratch.Elements.Length += 5 + text.Length;
        return true;
    }

    /// <summary>Passes over the object or array the reader stands at the start of; checks what is in it for depth and for half characters.</summary>
    private bool SkipContainer(scoped ref Utf8JsonReader reader, int fieldsDepth, scoped ReadOnlySpan<byte> name)
    {
        var end = reader.CurrentDepth;
        while (true)
        {
            if (reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray && reader.CurrentDepth - fieldsDepth > _limits.NestingMax)
            {
                return FailTooDeep(name);
            }

            if (reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName && reader.ValueIsEscaped
                && !TryUnescape(ref reader, name, out _))
            {
                return false;
            }

            if (!Next(ref reader))
            {
                return false;
            }

            if (reader.CurrentDepth == end && reader.TokenType is JsonTokenType.EndObject or JsonTokenType.EndArray)
            {
                return true;
            }
        }
    }

    private bool TryUnescape(scoped ref Utf8JsonReader reader, scoped ReadOnlySpan<byte> name, out ReadOnlySpan<byte> text)
    {
        var raw = reader.ValueSpan;
        var unescaped = _scratch.Text(raw.Length);
        var isText = JsonText.TryUnescape(raw, unescaped, out var length);
        text = unescaped[..length];
        return isText || FailSurrogate(EventNames.Quote(name));
    }

    private bool FailTooLong(ReadOnlySpan<byte> name, int length) => Fail(
        InputErrorCodes.StringTooLong, $"The value of {EventNames.Quote(name)} has {length} bytes; the limit is {_limits.StringBytesMax}.");

    private bool FailNumber(scoped ref Utf8JsonReader reader, scoped ReadOnlySpan<byte> name) => Fail(
        InputErrorCodes.NumberOutOfRange,
        $"The number {EventNames.Quote(reader.ValueSpan)} of {EventNames.Quote(name)} fits neither a signed 64-bit integer nor a finite double.");

    private static string DescribeValue(scoped ref Utf8JsonReader reader) => reader.TokenType switch
    {
        JsonTokenType.String => "the string " + EventNames.Quote(reader.ValueSpan),
        JsonTokenType.Number => "the number " + EventNames.Quote(reader.ValueSpan),
        JsonTokenType.StartArray => "an array",
        JsonTokenType.StartObject => "an object",
        JsonTokenType.Null => "null",
        _ => reader.TokenType == JsonTokenType.True ? "true" : "false",
    };
}
