using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Analytics.GrainInterfaces.Names;
using Analytics.Silo.Ingest.Decode;

namespace Analytics.Silo.Http.DeadLetters;

/// <summary>
/// Makes an event with an envelope of one of other producers, as the decoder would have read it from its topic: the members the mapping names become
/// time and id, key and headers become fields, every other member stays byte for byte what it was.
/// </summary>
internal static class MappedStamp
{
    // Deeper than any event may be nested.
    private const int DepthMax = 256;

    /// <summary>Writes the event.</summary>
    /// <param name="item">One bare object, found good.</param>
    /// <param name="mapping">The mapping it was judged by.</param>
    /// <param name="parts">Key and headers its fields get.</param>
    /// <param name="id">The id when it has none.</param>
    /// <param name="timeMs">The time when it has none, UTC milliseconds since 1970.</param>
    /// <returns>The event, and the id it has.</returns>
    public static (byte[] Json, string Id) Write(ReadOnlySpan<byte> item, BareEvents mapping, in MessageParts parts, string id, long timeMs)
    {
        var fields = new ArrayBufferWriter<byte>(item.Length + 128);
        var reader = new Utf8JsonReader(item, new JsonReaderOptions { MaxDepth = DepthMax });
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var start = (int)reader.TokenStartIndex;
            var isTime = reader.ValueTextEquals(mapping.TimeName);
            var isId = reader.ValueTextEquals(mapping.IdName);
            reader.Read();
            if (isTime)
            {
                timeMs = TimeOf(reader, mapping.TimeUnit) ?? timeMs;
            }
            else if (isId)
            {
                id = IdOf(reader) is { Length: > 0 } own ? own : id;
            }
            else
            {
                reader.Skip();
                Separate(fields);
                fields.Write(item[start..(int)reader.BytesConsumed]);
            }
        }

        AddParts(fields, mapping, parts);
        return (Envelope(mapping, id, timeMs, fields.WrittenSpan), id);
    }

    private static long? TimeOf(in Utf8JsonReader reader, TimeUnit unit)
    {
        long timeMs;
        switch (reader.TokenType)
        {
            case JsonTokenType.Number:
                _ = EventTime.ReadNumber(reader.ValueSpan, unit, out timeMs);
                return timeMs;
            case JsonTokenType.String:
                _ = EventTime.ReadText(Encoding.UTF8.GetBytes(reader.GetString()!), unit, out timeMs);
                return timeMs;
            default:
                return null;
        }
    }

    // A number is an id, too: the text it is written with.
    private static string? IdOf(in Utf8JsonReader reader) => reader.TokenType switch
    {
        JsonTokenType.Number => Encoding.UTF8.GetString(reader.ValueSpan),
        JsonTokenType.String => reader.GetString(),
        _ => null,
    };

    private static void AddParts(ArrayBufferWriter<byte> fields, BareEvents mapping, in MessageParts parts)
    {
        Span<byte> name = stackalloc byte[FieldName.BytesMax];
        var part = new MappedPart(mapping, parts);
        while (part.MoveNext())
        {
            Separate(fields);
            WriteText(fields, part.Name(name));
            fields.Write(":"u8);
            WriteText(fields, part.Text(new byte[part.TextBytes]));
        }
    }

    private static byte[] Envelope(BareEvents mapping, string id, long timeMs, ReadOnlySpan<byte> fields)
    {
        var output = new ArrayBufferWriter<byte>(fields.Length + 512);
        output.Write("{\"project\":"u8);
        WriteText(output, mapping.Project.Span);
        output.Write(",\"metric\":"u8);
        WriteText(output, mapping.Metric.Span);
        output.Write(",\"id\":"u8);
        WriteText(output, Encoding.UTF8.GetBytes(id));
        output.Write(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $",\"time\":{timeMs},\"fields\":{{")));
        output.Write(fields);
        output.Write("}}"u8);
        return output.WrittenSpan.ToArray();
    }

    private static void WriteText(ArrayBufferWriter<byte> output, ReadOnlySpan<byte> text)
    {
        output.Write("\""u8);
        output.Write(JsonEncodedText.Encode(text, System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping).EncodedUtf8Bytes);
        output.Write("\""u8);
    }

    private static void Separate(ArrayBufferWriter<byte> fields)
    {
        if (fields.WrittenCount > 0)
        {
            fields.Write(","u8);
        }
    }
}
