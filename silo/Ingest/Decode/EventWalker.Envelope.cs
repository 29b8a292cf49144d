using System.Text.Json;

namespace Analytics.Silo.Ingest.Decode;

/// <content>The event's own object.</content>
internal sealed partial class EventWalker<TSink>
{
    private bool ReadEvent(scoped ref Utf8JsonReader reader, ref Envelope envelope)
    {
        if (!Next(ref reader))
        {
            return false;
        }

        while (true)
        {
            if (!Next(ref reader))
            {
                return false;
            }

            if (reader.TokenType == JsonTokenType.EndObject)
            {
                break;
            }

            if (!ReadKey(ref reader, ref envelope, out var key) || !Next(ref reader) || !ReadMember(ref reader, ref envelope, key))
            {
                return false;
            }
        }

        if (envelope.Names is null && !Enter(ref envelope))
        {
            return false;
        }

        return !envelope.HasWaitingFields || ReadFields(ref envelope.Fields, ref envelope);
    }

    private bool ReadBareEvent(scoped ref Utf8JsonReader reader, BareEvents bare, ref Envelope envelope)
    {
        envelope.Project = bare.Project.Span;
        envelope.Metric = bare.Metric.Span;
        envelope.HasProject = envelope.HasMetric = true;
        return Next(ref reader) && Enter(ref envelope) && ReadFields(ref reader, ref envelope) && (_mapping is null || AddParts(envelope.Names!));
    }

    private bool ReadKey(scoped ref Utf8JsonReader reader, ref Envelope envelope, out EnvelopeKey key)
    {
        key = EnvelopeKey.Unknown;
        var name = reader.ValueSpan;
        if (reader.ValueIsEscaped)
        {
            if (name.Length > _scratch.Name.Length)
            {
                return FailUnknownKey(name);
            }

            if (!JsonText.TryUnescape(name, _scratch.Name, out var length))
            {
                return FailSurrogate("a key of the event");
            }

            name = _scratch.Name.AsSpan(0, length);
        }

        key = KeyOf(name);
        if (key == EnvelopeKey.Unknown)
        {
            return FailUnknownKey(name);
        }

        var bit = 1 << (int)key;
        if ((envelope.SeenKeys & bit) != 0)
        {
            return Fail(InputErrorCodes.FieldDuplicate, $"{EventNames.Quote(name)} is given twice in the event.");
        }

        envelope.SeenKeys |= bit;
        return true;
    }

    private static EnvelopeKey KeyOf(ReadOnlySpan<byte> name) => name.Length switch
    {
        7 when name.SequenceEqual("project"u8) => EnvelopeKey.Project,
        6 when name.SequenceEqual("metric"u8) => EnvelopeKey.Metric,
        6 when name.SequenceEqual("fields"u8) => EnvelopeKey.Fields,
        4 when name.SequenceEqual("time"u8) => EnvelopeKey.Time,
        2 when name.SequenceEqual("id"u8) => EnvelopeKey.Id,
        _ => EnvelopeKey.Unknown,
    };

    private bool FailUnknownKey(ReadOnlySpan<byte> name) => Fail(
        InputErrorCodes.EnvelopeFieldUnknown,
        $"{EventNames.Quote(name)} is not a part of an event: those are project, metric, time, id and fields. Values of your own go inside fields.");

    private bool ReadMember(scoped ref Utf8JsonReader reader, ref Envelope envelope, EnvelopeKey key)
    {
        if (key == EnvelopeKey.Fields)
        {
            return ReadFieldsMember(ref reader, ref envelope);
        }

        if (reader.TokenType == JsonTokenType.Null)
        {
            return true;
        }

        switch (key)
        {
            case EnvelopeKey.Project:
                envelope.HasProject = true;
                return ReadName(ref reader, _scratch.Project, InputErrorCodes.ProjectInvalid, "project", out envelope.Project);
            case EnvelopeKey.Metric:
                envelope.HasMetric = true;
                return ReadName(ref reader, _scratch.Metric, InputErrorCodes.MetricInvalid, "metric", out envelope.Metric);
            case EnvelopeKey.Time:
                return ReadTime(ref reader, ref envelope);
            default:
                return ReadId(ref reader, ref envelope);
        }
    }

    private bool ReadName(scoped ref Utf8JsonReader reader, byte[] scratch, string code, string what, out ReadOnlySpan<byte> name)
    {
        name = default;
        if (reader.TokenType != JsonTokenType.String)
        {
            return Fail(code, $"The {what} must be a string, but is {DescribeValue(ref reader)}.");
        }

        if (!reader.ValueIsEscaped)
        {
            name = reader.ValueSpan;
            return true;
        }

        if (reader.ValueSpan.Length > scratch.Length)
        {
            return Fail(code, $"The {what} {EventNames.Quote(reader.ValueSpan)} is too long for a name.");
        }

        if (!JsonText.TryUnescape(reader.ValueSpan, scratch, out var length))
        {
            return FailSurrogate("the " + what);
        }

        name = scratch.AsSpan(0, length);
        return true;
    }

    private bool ReadTime(scoped ref Utf8JsonReader reader, ref Envelope envelope)
    {
        if (envelope.TimeMs is not null)
        {
            return Fail(InputErrorCodes.FieldDuplicate, _mapping is null
                ? "The time is given twice: as time of the event and as _time in its fields."
                : $"The time is given twice: {EventNames.Quote(_mapping.TimeName)} is there more than once.");
        }

        InputError? error;
        long timeMs;
        var unit = _mapping?.TimeUnit ?? TimeUnit.Milliseconds;
        switch (reader.TokenType)
        {
            case JsonTokenType.Number:
                error = EventTime.ReadNumber(reader.ValueSpan, unit, out timeMs);
                break;
            case JsonTokenType.String:
                var text = reader.ValueSpan;
                if (reader.ValueIsEscaped && !TryUnescape(ref reader, "time"u8, out text))
                {
                    return false;
                }

                error = EventTime.ReadText(text, unit, out timeMs);
                break;
            default:
                return Fail(
                    InputErrorCodes.TimeInvalid,
                    $"The time must be a string (ISO 8601) or a number ({EventTime.Word(unit)} since 1970), but is {DescribeValue(ref reader)}.");
        }

        envelope.TimeMs = timeMs;
        return error is null || Fail(error);
    }

    private bool ReadId(scoped ref Utf8JsonReader reader, ref Envelope envelope)
    {
        if (envelope.HasId)
        {
            return Fail(InputErrorCodes.FieldDuplicate, _mapping is null
                ? "The id is given twice: as id of the event and as _id in its fields."
                : $"The id is given twice: {EventNames.Quote(_mapping.IdName)} is there more than once.");
        }

        envelope.HasId = true;
        switch (reader.TokenType)
        {
            case JsonTokenType.Number:
                envelope.Id = reader.ValueSpan;
                break;
            case JsonTokenType.String when !reader.ValueIsEscaped:
                envelope.Id = reader.ValueSpan;
                break;
            case JsonTokenType.String:
                if (_scratch.Id.Length < reader.ValueSpan.Length)
                {
                    _scratch.Id = new byte[Math.Max(reader.ValueSpan.Length, 6 * _limits.IdBytesMax)];
                }

                if (!JsonText.TryUnescape(reader.ValueSpan, _scratch.Id, out var length))
                {
                    return FailSurrogate("the id");
                }

                envelope.Id = _scratch.Id.AsSpan(0, length);
                break;
            default:
                return Fail(InputErrorCodes.IdInvalid, $"The id must be a string or a number, but is {DescribeValue(ref reader)}.");
        }

        return envelope.Id.Length <= _limits.IdBytesMax
            || Fail(InputErrorCodes.IdTooLong, $"The id has {envelope.Id.Length} bytes; the limit is {_limits.IdBytesMax}.");
    }

    private bool ReadFieldsMember(scoped ref Utf8JsonReader reader, ref Envelope envelope)
    {
        if (reader.TokenType == JsonTokenType.Null)
        {
            return true;
        }

        if (reader.TokenType != JsonTokenType.StartObject)
        {
            return Fail(InputErrorCodes.FieldsNotObject, $"The fields must be an object, but are {DescribeValue(ref reader)}.");
        }

        if (envelope.HasProject && envelope.HasMetric)
        {
            return Enter(ref envelope) && ReadFields(ref reader, ref envelope);
        }

        // Whose fields these are comes later: come back then.
        envelope.Fields = reader;
        envelope.HasWaitingFields = true;
        return SkipContainer(ref reader, reader.CurrentDepth, "fields"u8);
    }

    private bool Enter(ref Envelope envelope)
    {
        if (!envelope.HasProject)
        {
            return Fail(InputErrorCodes.ProjectMissing, "The event has no project.");
        }

        if (!envelope.HasMetric)
        {
            return Fail(InputErrorCodes.MetricMissing, "The event has no metric.");
        }

        envelope.Names = Sink.TryEnter(envelope.Project, envelope.Metric);
        if (envelope.Names is not null)
        {
            return true;
        }

        var error = EventNames.Check(envelope.Project, envelope.Metric);
        if (error is not null)
        {
            return Fail(error);
        }

        envelope.Names = Sink.Enter(envelope.Project, envelope.Metric);
        return true;
    }
}
