using System.Buffers;
using Analytics.GrainInterfaces.Batches;

namespace Analytics.Silo.Ingest.Decode;

/// <content>
/// Events as nearly all are: known names, scalars, no escapes, at most spaces between tokens. They are read by comparing bytes with what the event before
/// had in the same place, without the JSON reader's tokens, in half the time. Whatever is not plain, wrong or only unusual, is left to the
/// reader, which begins at the event's start again: so what is accepted, and what is said of the rest, is decided in one place only.
/// </content>
internal sealed partial class EventWalker<TSink>
{
    // Events left to the reader at once, after as many in a row were not plain.
    private const int PlainPauseMax = 63;

    // A string ends at a quote; a backslash or a control character makes it other than plain.
    private static readonly SearchValues<byte> TextEnds = SearchValues.Create(
        [.. Enumerable.Range(0, 0x20).Select(control => (byte)control), (byte)'"', (byte)'\\']);

    private int _plainPause;
    private int _plainPauseLeft;

    /// <summary>Whether plain events are read without the JSON reader; what comes out is the same.</summary>
    public bool ReadsPlain { get; set; } = true;

    /// <summary>Reads the event that starts here, if it is plain; otherwise nothing of it was read.</summary>
    private bool TryReadPlain(ReadOnlySpan<byte> message, int bytesMax, ref Envelope envelope, out int length)
    {
        length = 0;
        if (_plainPauseLeft > 0 || !ReadsPlain)
        {
            _plainPauseLeft = Math.Max(0, _plainPauseLeft - 1);
            return false;
        }

        var data = message.Length > bytesMax ? message[..bytesMax] : message;
        var position = 1;
        if (_bare is null ? ReadPlainEvent(data, ref position, ref envelope) : ReadPlainBareEvent(data, ref position, ref envelope))
        {
            _plainPause = 0;
            length = position;
            return true;
        }

        Sink.Cancel();
        _error = null;
        envelope = default;
        _plainPauseLeft = _plainPause;
        _plainPause = Math.Min(PlainPauseMax, (_plainPause * 2) + 1);
        return false;
    }

    private bool ReadPlainBareEvent(ReadOnlySpan<byte> data, scoped ref int position, ref Envelope envelope)
    {
        envelope.Project = _bare!.Project.Span;
        envelope.Metric = _bare.Metric.Span;
        return EnterPlain(ref envelope) && ReadPlainFields(data, ref position, ref envelope) && (_mapping is null || AddParts(envelope.Names!));
    }

    private bool ReadPlainEvent(ReadOnlySpan<byte> data, scoped ref int position, ref Envelope envelope)
    {
        SkipPlainSpaces(data, ref position);
        while (true)
        {
            if (!TryPlainText(data, ref position, out var name) || !TryPlainColon(data, ref position))
            {
                return false;
            }

            var key = KeyOf(name);
            var bit = 1 << (int)key;
            if (key == EnvelopeKey.Unknown || (envelope.SeenKeys & bit) != 0)
            {
                return false;
            }

            envelope.SeenKeys |= bit;
            if (!ReadPlainMember(data, ref position, ref envelope, key))
            {
                return false;
            }

            switch (PlainSeparator(data, ref position))
            {
                case (byte)',':
                    break;
                case (byte)'}':
                    return envelope.Names is not null || EnterPlain(ref envelope);
                default:
                    return false;
            }
        }
    }

    private bool ReadPlainMember(ReadOnlySpan<byte> data, scoped ref int position, ref Envelope envelope, EnvelopeKey key)
    {
        switch (key)
        {
            case EnvelopeKey.Project:
                return TryPlainText(data, ref position, out envelope.Project);
            case EnvelopeKey.Metric:
                return TryPlainText(data, ref position, out envelope.Metric);
            case EnvelopeKey.Fields:
                if (PlainAt(data, position) != '{' || !EnterPlain(ref envelope))
                {
                    return false;
                }

                position++;
                return ReadPlainFields(data, ref position, ref envelope);
            case EnvelopeKey.Time:
                return ReadPlainTime(data, ref position, ref envelope);
            default:
                return ReadPlainId(data, ref position, ref envelope);
        }
    }

    // A name that is missing is an empty one, which no metric has.
    private bool EnterPlain(ref Envelope envelope)
    {
        envelope.Names = Sink.TryEnter(envelope.Project, envelope.Metric);
        return envelope.Names is not null;
    }

    private bool ReadPlainFields(ReadOnlySpan<byte> data, scoped ref int position, ref Envelope envelope)
    {
        var names = envelope.Names!;
        _fieldCount = 0;
        SkipPlainSpaces(data, ref position);
        if (PlainAt(data, position) == '}')
        {
            position++;
            return true;
        }

        while (true)
        {
            if (PlainAt(data, position) != '"')
            {
                return false;
            }

            var field = names.FindExpected(data[(position + 1)..], out var name);
            if (field >= 0)
            {
                position += name.Length + 2;
            }
            else if (!TryPlainText(data, ref position, out name))
            {
                return false;
            }

            if (!TryPlainColon(data, ref position) || !ReadPlainField(data, ref position, ref envelope, name, field))
            {
                return false;
            }

            switch (PlainSeparator(data, ref position))
            {
                case (byte)',':
                    break;
                case (byte)'}':
                    return true;
                default:
                    return false;
            }
        }
    }

    private bool ReadPlainField(ReadOnlySpan<byte> data, scoped ref int position, ref Envelope envelope, ReadOnlySpan<byte> name, int field)
    {
        if (IsReserved(name, out var key))
        {
            return key == EnvelopeKey.Time ? ReadPlainTime(data, ref position, ref envelope) : ReadPlainId(data, ref position, ref envelope);
        }

        var names = envelope.Names!;
        field = field >= 0 ? field : names.Find(name);
        return field >= 0 && names.TryMark(field) && ++_fieldCount <= _limits.FieldsPerEventMax && ReadPlainValue(data, ref position, name, field);
    }

    private bool ReadPlainValue(ReadOnlySpan<byte> data, scoped ref int position, ReadOnlySpan<byte> name, int field)
    {
        switch (PlainAt(data, position))
        {
            case (byte)'"':
                return TryPlainText(data, ref position, out var text) && AddText(field, name, text);
            case (byte)'t':
                return TryPlainWord(data, ref position, "true"u8) && AddPlainBool(field, 1);
            case (byte)'f':
                return TryPlainWord(data, ref position, "false"u8) && AddPlainBool(field, 0);
            default:
                var length = PlainNumber.Length(data[position..]);
                if (length == 0 || !JsonNumber.TryRead(data.Slice(position, length), out var isInteger, out var bits))
                {
                    return false;
                }

                position += length;
                Sink.Add(field, isInteger ? FieldKind.Int64 : FieldKind.Float64, bits);
                return true;
        }
    }

    private bool AddPlainBool(int field, long bits)
    {
        Sink.Add(field, FieldKind.Bool, bits);
        return true;
    }

    private bool ReadPlainTime(ReadOnlySpan<byte> data, scoped ref int position, ref Envelope envelope)
    {
        var unit = _mapping?.TimeUnit ?? TimeUnit.Milliseconds;
        if (envelope.TimeMs is not null || !TryPlainTextOrNumber(data, ref position, out var text, out var isText))
        {
            return false;
        }

        var error = isText ? EventTime.ReadText(text, unit, out var timeMs) : EventTime.ReadNumber(text, unit, out timeMs);
        envelope.TimeMs = timeMs;
        return error is null;
    }

    private bool ReadPlainId(ReadOnlySpan<byte> data, scoped ref int position, ref Envelope envelope)
    {
        if (envelope.HasId || !TryPlainTextOrNumber(data, ref position, out envelope.Id, out _))
        {
            return false;
        }

        envelope.HasId = true;
        return envelope.Id.Length <= _limits.IdBytesMax;
    }

    private static bool TryPlainTextOrNumber(ReadOnlySpan<byte> data, scoped ref int position, out ReadOnlySpan<byte> text, out bool isText)
    {
        isText = PlainAt(data, position) == '"';
        if (isText)
        {
            return TryPlainText(data, ref position, out text);
        }

        var length = PlainNumber.Length(data[position..]);
        text = data.Slice(position, length);
        position += length;
        return length > 0;
    }

    private static bool TryPlainText(ReadOnlySpan<byte> data, scoped ref int position, out ReadOnlySpan<byte> text)
    {
        if (PlainAt(data, position) == '"')
        {
            var rest = data[(position + 1)..];
            var end = rest.IndexOfAny(TextEnds);
            if (end >= 0 && rest[end] == '"')
            {
                text = rest[..end];
                position += end + 2;
                return true;
            }
        }

        text = default;
        return false;
    }

    private static bool TryPlainWord(ReadOnlySpan<byte> data, scoped ref int position, ReadOnlySpan<byte> word)
    {
        var isWord = data[position..].StartsWith(word);
        position += word.Length;
        return isWord;
    }

    private static bool TryPlainColon(ReadOnlySpan<byte> data, scoped ref int position)
    {
        SkipPlainSpaces(data, ref position);
        var isColon = PlainAt(data, position) == ':';
        position++;
        SkipPlainSpaces(data, ref position);
        return isColon;
    }

    /// <summary>The comma or brace behind a value, with the spaces around it; 0 for anything else.</summary>
    private static byte PlainSeparator(ReadOnlySpan<byte> data, scoped ref int position)
    {
        SkipPlainSpaces(data, ref position);
        var separator = PlainAt(data, position);
        position++;
        if (separator == ',')
        {
            SkipPlainSpaces(data, ref position);
        }

        return separator;
    }

    private static void SkipPlainSpaces(ReadOnlySpan<byte> data, scoped ref int position)
    {
        while (PlainAt(data, position) == ' ')
        {
            position++;
        }
    }

    private static byte PlainAt(ReadOnlySpan<byte> data, int position) => (uint)position < (uint)data.Length ? data[position] : (byte)0;
}
