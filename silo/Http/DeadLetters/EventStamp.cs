using System.Buffers;
using System.Text;
using System.Text.Json;

namespace Analytics.Silo.Http.DeadLetters;

/// <summary>
/// Gives an event that lacks them an id and a time, wherever it may have them; everything else stays byte for byte what it was. Members that say
/// nothing (null, an empty id) are left out, since a key may be there once only.
/// </summary>
internal static class EventStamp
{
    // Deeper than any event may be nested.
    private const int DepthMax = 256;

    /// <summary>Writes the event.</summary>
    /// <param name="item">One event with its envelope, found good.</param>
    /// <param name="id">The id when it has none.</param>
    /// <param name="timeMs">The time when it has none, UTC milliseconds since 1970.</param>
    /// <returns>The event, and the id it has.</returns>
    public static (byte[] Json, string Id) Write(ReadOnlySpan<byte> item, string id, long timeMs)
    {
        var state = new State { Output = new ArrayBufferWriter<byte>(item.Length + 128) };
        var reader = new Utf8JsonReader(item, new JsonReaderOptions { MaxDepth = DepthMax });
        reader.Read();
        CopyObject(ref reader, item, ref state, isFields: false, id, timeMs);
        return (state.Output.WrittenSpan.ToArray(), state.Id ?? id);
    }

    // The reader stands at the brace that opens the object, and afterwards at the one that closes it.
    private static void CopyObject(scoped ref Utf8JsonReader reader, ReadOnlySpan<byte> item, ref State state, bool isFields, string id, long timeMs)
    {
        state.Output.Write("{"u8);
        var isFirst = true;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var start = (int)reader.TokenStartIndex;
            var isId = reader.ValueTextEquals(isFields ? "_id"u8 : "id"u8);
            var isTime = reader.ValueTextEquals(isFields ? "_time"u8 : "time"u8);
            var areFields = !isFields && reader.ValueTextEquals("fields"u8);
            reader.Read();
            if (isId || isTime)
            {
                if (SaysNothing(reader))
                {
                    continue;
                }

                state.Id = isId ? TextOf(reader) : state.Id;
                state.HasTime |= isTime;
            }

            Separate(state.Output, ref isFirst);
            if (areFields && reader.TokenType == JsonTokenType.StartObject)
            {
                state.Output.Write("\"fields\":"u8);
                CopyObject(ref reader, item, ref state, isFields: true, id, timeMs);
                continue;
            }

            reader.Skip();
            state.Output.Write(item[start..(int)reader.BytesConsumed]);
        }

        if (!isFields)
        {
            Add(ref state, ref isFirst, id, timeMs);
        }

        state.Output.Write("}"u8);
    }

    private static void Add(ref State state, ref bool isFirst, string id, long timeMs)
    {
        if (state.Id is null)
        {
            Separate(state.Output, ref isFirst);
            state.Output.Write(Encoding.UTF8.GetBytes($"\"id\":\"{id}\""));
        }

        if (!state.HasTime)
        {
            Separate(state.Output, ref isFirst);
            state.Output.Write(Encoding.UTF8.GetBytes(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"\"time\":{timeMs}")));
        }
    }

    private static bool SaysNothing(in Utf8JsonReader reader) =>
        reader.TokenType == JsonTokenType.Null || (reader.TokenType == JsonTokenType.String && reader.ValueSpan.IsEmpty);

    // A number is an id, too: the text it is written with.
    private static string TextOf(in Utf8JsonReader reader) =>
        reader.TokenType == JsonTokenType.Number ? Encoding.UTF8.GetString(reader.ValueSpan) : reader.GetString()!;

    private static void Separate(ArrayBufferWriter<byte> output, ref bool isFirst)
    {
        if (!isFirst)
        {
            output.Write(","u8);
        }

        isFirst = false;
    }

    private struct State
    {
        public required ArrayBufferWriter<byte> Output;
        public string? Id;
        public bool HasTime;
    }
}
