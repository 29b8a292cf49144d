using System.Text.Json;
using System.Text.Unicode;
using Analytics.Grains.Configuration;

namespace Analytics.Silo.Ingest.Decode;

/// <summary>
/// Finds the events of a message and reads each with one pass of the JSON reader. The same code judges for the decoder and for the validator;
/// they differ in the sink only. Its memory does not grow with nesting, its time not with errors.
/// </summary>
/// <remarks>
/// A message is a sequence of events and of arrays of events, between white space. Commas between events are ignored, also missing and
/// surplus ones: they carry nothing, and so what is said of an event depends on its own bytes only.
/// </remarks>
internal sealed partial class EventWalker<TSink>
    where TSink : struct, IEventSink
{
    // Errors a message may have: one for 64 bytes, and then some. Inputs that are bad and shorter than any useful event would otherwise
    // make dead letters of many times their size.
    private const int ErrorsMin = 1000;
    private const int BytesAnError = 64;

    // Levels of a whole event above its fields: the event's own object and `fields`.
    private const int EnvelopeLevels = 2;

    private static ReadOnlySpan<byte> Separators => " \t\r\n,"u8;

    private readonly LimitsOptions _limits;
    private readonly JsonReaderOptions _readerOptions;
    private readonly WalkerScratch _scratch = new();
    private readonly int[] _pathEnds;
    private InputError? _error;
    private int _fieldCount;
    private bool _messageIsUtf8;
    private BareEvents? _bare;

    // Flattened names that two fields of the event share.
    private readonly ByteKeys _metTwice = new();
    private bool _knowsMetTwice;

    // The same for messages of other producers, else null: one look a field tells that the names are the usual ones.
    private BareEvents? _mapping;
    private MessageParts _parts;

    /// <summary>Walks for a sink.</summary>
    public EventWalker(LimitsOptions limits, TSink sink)
    {
        _limits = limits;
        Sink = sink;
        _pathEnds = new int[limits.NestingMax + 1];

        // Never reached: the walker counts levels itself, to name the field that is too deep.
        _readerOptions = new JsonReaderOptions { MaxDepth = limits.NestingMax + EnvelopeLevels + 8 };
    }

    /// <summary>What the walker tells.</summary>
    public TSink Sink;

    /// <summary>Walks one message.</summary>
    /// <param name="message">The bytes, decompressed.</param>
    /// <param name="bare">For bare field objects: what they belong to; <see langword="null"/> for events with an envelope.</param>
    /// <param name="parts">Key and headers, for messages of other producers whose events get them.</param>
    public void Walk(ReadOnlySpan<byte> message, BareEvents? bare = null, in MessageParts parts = default)
    {
        _bare = bare;
        _mapping = bare is { IsMapped: true } ? bare : null;
        _parts = _mapping?.Wanted(parts) ?? default;
        _messageIsUtf8 = Utf8.IsValid(message);
        WalkInputs(message, InputsMax());
        _scratch.Trim();
    }

    private void WalkInputs(ReadOnlySpan<byte> message, int inputsMax)
    {
        var errorsLeft = ErrorsMin + (message.Length / BytesAnError);
        var position = message.StartsWith("\uFEFF"u8) ? 3 : 0;
        var arrayStart = -1;
        var index = 0;
        while (true)
        {
            var skipped = message[position..].IndexOfAnyExcept(Separators);
            if (skipped < 0)
            {
                break;
            }

            position += skipped;
            if (arrayStart < 0 ? message[position] == (byte)'[' : message[position] == (byte)']')
            {
                arrayStart = arrayStart < 0 ? position : -1;
                position++;
                continue;
            }

            if (errorsLeft == 0 || index == inputsMax)
            {
                var error = errorsLeft == 0 ? MessageErrors.TooMany(index, position) : MessageErrors.PartsTooLarge(_limits.MessageBytesMax);
                RejectRest(message, index, position, error);
                return;
            }

            var end = WalkInput(message, index, position, arrayStart >= 0);
            errorsLeft -= _error is null ? 0 : 1;
            index++;
            if (end < 0)
            {
                return;
            }

            position = end;
        }

        if (arrayStart >= 0)
        {
            RejectOpenArray(message, index, arrayStart);
        }
        else if (index == 0)
        {
            Sink.Reject(new InputRange(0, 0, 0), default, MessageErrors.Empty, default, default);
        }
    }

    /// <summary>Tells the sink of one input. Returns where it ends, or -1 when that cannot be found and all the rest was taken for it.</summary>
    private int WalkInput(ReadOnlySpan<byte> message, int index, int start, bool isInArray)
    {
        var envelope = default(Envelope);
        _error = null;
        if (ReadInput(message, start, ref envelope, out var length) && IsUtf8(message.Slice(start, length)))
        {
            Sink.Commit(new InputRange(index, start, length), envelope.TimeMs, envelope.Id);
            return start + length;
        }

        var end = start + length;
        if (length == 0)
        {
            end = isInArray ? BrokenInput.EndInArray(message, start) : BrokenInput.EndOfLines(message, start);
        }

        var raw = end < 0 ? message[start..] : message[start..end];
        if (isInArray)
        {
            raw = raw.TrimEnd(Separators);
        }

        // Bytes that are no text are the cause, whatever went wrong with them first.
        _ = IsUtf8(raw);
        Sink.Reject(new InputRange(index, start, raw.Length), raw, _error!, Known(envelope.Project), Known(envelope.Metric));
        return end;
    }

    /// <summary>Reads the input that starts here. On failure the length is that of the whole input when it is JSON all the same, else 0.</summary>
    private bool ReadInput(ReadOnlySpan<byte> message, int start, ref Envelope envelope, out int length)
    {
        length = 0;
        if (message[start] != (byte)'{')
        {
            return Fail(MessageErrors.NotObject(message[start..]));
        }

        // A window keeps the price of an oversized event at what a good one may cost.
        var bytesMax = _limits.EventBytesMax - (_bare?.OverheadBytes ?? 0);
        if (TryReadPlain(message[start..], bytesMax, ref envelope, out length))
        {
            return true;
        }

        var isCut = message.Length - start > bytesMax + 1;
        var window = isCut ? message.Slice(start, bytesMax + 1) : message[start..];
        if (_metTwice.Count > 0)
        {
            _metTwice.Clear();
        }

        _knowsMetTwice = false;
        while (true)
        {
            var reader = new Utf8JsonReader(window, isFinalBlock: !isCut, new JsonReaderState(_readerOptions));
            envelope.Window = window;
            try
            {
                if (!(_bare is null ? ReadEvent(ref reader, ref envelope) : ReadBareEvent(ref reader, _bare, ref envelope)))
                {
                    length = LengthOfJson(message[start..]);
                    return false;
                }
            }
            catch (JsonException exception)
            {
                return Fail(MessageErrors.Json(window, exception));
            }

            if (_metTwice.Count == 0 || _knowsMetTwice)
            {
                length = (int)reader.BytesConsumed;
                return length <= bytesMax || Fail(MessageErrors.EventTooLarge(_limits.EventBytesMax));
            }

            // Once more, now that it is known which names are met by two ways.
            _knowsMetTwice = true;
            Sink.Cancel();
            envelope = default;
        }
    }

    /// <summary>The length of an object that is JSON but no event; 0 when it is not JSON either, or deeper than an event may be.</summary>
    /// <remarks>The depth bounds the work: however lines are nested into each other, one is read by few attempts only.</remarks>
    private int LengthOfJson(ReadOnlySpan<byte> data)
    {
        var reader = new Utf8JsonReader(data, _readerOptions);
        try
        {
            while (reader.Read())
            {
                if (reader.CurrentDepth == 0 && reader.TokenType == JsonTokenType.EndObject)
                {
                    return (int)reader.BytesConsumed;
                }
            }
        }
        catch (JsonException)
        {
            // Not JSON: the caller looks for the end by other means.
        }

        return 0;
    }

    /// <summary>The next token; false when the window ends before the event.</summary>
    private bool Next(scoped ref Utf8JsonReader reader) => reader.Read() || Fail(MessageErrors.EventTooLarge(_limits.EventBytesMax));

    private bool Fail(InputError error)
    {
        _error = error;
        return false;
    }

    private bool Fail(string code, string message) => Fail(new InputError(code, message));

    private bool IsUtf8(ReadOnlySpan<byte> raw) => _messageIsUtf8 || Utf8.IsValid(raw) || Fail(MessageErrors.Utf8(raw));

    private void RejectRest(ReadOnlySpan<byte> message, int index, int position, InputError error) => Sink.Reject(
        new InputRange(index, position, message.Length - position), message[position..], error, default, default);

    // The bracket alone stands for it: the elements before were told on their own.
    private void RejectOpenArray(ReadOnlySpan<byte> message, int index, int arrayStart) => Sink.Reject(
        new InputRange(index, arrayStart, 1), message.Slice(arrayStart, 1), MessageErrors.ArrayNotClosed(arrayStart), default, default);

    // A dead letter names its source in columns that hold names; something much longer is in the raw bytes anyway.
    private static ReadOnlySpan<byte> Known(ReadOnlySpan<byte> name) => name.Length > GrainInterfaces.Names.FieldName.BytesMax ? default : name;
}
