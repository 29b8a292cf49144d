using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Analytics.Silo.Ingest.Decode;

/// <summary>The words for errors of a message or of an event's text. Cold.</summary>
internal static class MessageErrors
{
    /// <summary>Nothing but white space.</summary>
    public static InputError Empty { get; } = new(
        InputErrorCodes.MessageEmpty, "There is no event in it: it is empty, an empty array, or white space.");

    /// <summary>A value that is no object.</summary>
    public static InputError NotObject(ReadOnlySpan<byte> rest)
    {
        var isJson = rest[0] is (byte)'"' or (byte)'[' or (byte)'-' or (byte)'t' or (byte)'f' or (byte)'n' or (>= (byte)'0' and <= (byte)'9');
        if (!isJson)
        {
            return new InputError(
                InputErrorCodes.JsonInvalid, $"The JSON is broken at byte 0 of the event: {Describe(rest[0])} cannot begin an event.");
        }

        var end = rest.IndexOfAny("\r\n"u8);
        return new InputError(
            InputErrorCodes.EventNotObject, $"An event must be a JSON object, but this one begins {EventNames.Quote(end < 0 ? rest : rest[..end])}.");
    }

    /// <summary>Text that is not JSON.</summary>
    public static InputError Json(ReadOnlySpan<byte> window, JsonException exception)
    {
        var lineStart = 0;
        for (var line = exception.LineNumber ?? 0; line > 0; line--)
        {
            lineStart += window[lineStart..].IndexOf((byte)'\n') + 1;
        }

        var position = Math.Min(lineStart + (int)(exception.BytePositionInLine ?? 0), window.Length);
        var found = position == window.Length ? "the input ends here" : $"unexpected {Describe(window[position])}";
        return new InputError(InputErrorCodes.JsonInvalid, $"The JSON is broken at byte {position} of the event: {found}.");
    }

    /// <summary>Bytes that are not UTF-8.</summary>
    public static InputError Utf8(ReadOnlySpan<byte> raw)
    {
        var position = 0;
        while (Rune.DecodeFromUtf8(raw[position..], out _, out var consumed) == System.Buffers.OperationStatus.Done)
        {
            position += consumed;
        }

        return new InputError(
            InputErrorCodes.Utf8Invalid,
            $"The bytes are not UTF-8: byte {position} of the event is {Describe(raw[position])} where no character can have it.");
    }

    /// <summary>An event over the limit.</summary>
    public static InputError EventTooLarge(int bytesMax) => new(
        InputErrorCodes.EventTooLarge, $"The event is larger than {bytesMax} bytes, the limit for one event.");

    /// <summary>A message over the limit.</summary>
    public static InputError MessageTooLarge(int bytesMax) => new(
        InputErrorCodes.MessageTooLarge, $"The message is larger than {bytesMax} bytes after decompression, the limit for one message.");

    /// <summary>A message with more events than may get its key and headers.</summary>
    public static InputError PartsTooLarge(int bytesMax) => new(
        InputErrorCodes.MessageTooLarge,
        $"The key and the headers of the message, once for each event in it, are more than {bytesMax} bytes, the limit for one message; the rest was not read.");

    /// <summary>A dead letter of a topic that is read no longer, or with envelopes.</summary>
    public static InputError MappingMissing(string topic) => new(
        InputErrorCodes.MappingMissing,
        $"It came from the topic {EventNames.Quote(EventNames.ToUtf8(topic))}, which no Kafka:Mappings names any more: which members are time and id is not known.");

    /// <summary>A message that begins as gzip and is none.</summary>
    public static InputError Gzip { get; } = new(
        InputErrorCodes.GzipInvalid, "The message begins as gzip, but its data is cut off or corrupt.");

    /// <summary>More errors than are told one by one.</summary>
    public static InputError TooMany(int index, int position) => new(
        InputErrorCodes.TooManyErrors,
        $"Too many of the {index} inputs so far were bad; the rest of the message, from byte {position} on, was not read.");

    /// <summary>An array without its end.</summary>
    public static InputError ArrayNotClosed(int arrayStart) => new(
        InputErrorCodes.JsonInvalid, $"The array that begins at byte {arrayStart} of the message is not closed: the input may have been cut off.");

    private static string Describe(byte b) =>
        b is > 0x20 and < 0x7F ? $"'{(char)b}'" : string.Create(CultureInfo.InvariantCulture, $"0x{b:X2}");
}
