using System.Runtime.CompilerServices;
using System.Text.Json;
using Analytics.GrainInterfaces.Batches;
using Analytics.GrainInterfaces.Names;

namespace Analytics.Silo.Ingest.Decode;

/// <content>The fields: names and nesting.</content>
internal sealed partial class EventWalker<TSink>
{
    /// <summary>Reads the object the reader stands at the start of, and the objects in it, without recursion.</summary>
    private bool ReadFields(scoped ref Utf8JsonReader reader, ref Envelope envelope)
    {
        var names = envelope.Names!;
        var depth = reader.CurrentDepth;
        var level = 0;
        var pathLength = 0;
        _fieldCount = 0;
        while (true)
        {
            if (!Next(ref reader))
            {
                return false;
            }

            if (reader.TokenType == JsonTokenType.EndObject)
            {
                if (level == 0)
                {
                    return true;
                }

                pathLength = _pathEnds[--level];
                continue;
            }

            if (!TryName(ref reader, pathLength, out var name) || !Next(ref reader))
            {
                return false;
            }

            if (level == 0 && IsReserved(name, out var key))
            {
                if (reader.TokenType != JsonTokenType.Null && !ReadMember(ref reader, ref envelope, key))
                {
                    return false;
                }
            }
            else if (reader.TokenType == JsonTokenType.StartObject)
            {
                if (level == _limits.NestingMax)
                {
                    return FailTooDeep(name);
                }

                _pathEnds[level++] = pathLength;
                name.CopyTo(_scratch.Path);
                _scratch.Path[name.Length] = (byte)'_';
                pathLength = name.Length + 1;
            }
            else
            {
                if (level > 0 && _knowsMetTwice && _metTwice.Find(name) >= 0)
                {
                    name = WithDots(name, level, pathLength);
                }

                if (!ReadField(ref reader, ref envelope, names, name, depth))
                {
                    return false;
                }
            }
        }
    }

    /// <summary>The name of a nested field that shares its flattened name with another one: it keeps its dots, in whatever order the two are.</summary>
    private ReadOnlySpan<byte> WithDots(ReadOnlySpan<byte> name, int level, int pathLength)
    {
        var dotted = _scratch.Name.AsSpan(0, name.Length);
        name.CopyTo(dotted);
        for (var i = 1; i < level; i++)
        {
            dotted[_pathEnds[i] - 1] = (byte)'.';
        }

        dotted[pathLength - 1] = (byte)'.';
        return dotted;
    }

    /// <summary>The flattened name of the property the reader stands at.</summary>
    private bool TryName(scoped ref Utf8JsonReader reader, int pathLength, out ReadOnlySpan<byte> name)
    {
        name = reader.ValueSpan;
        if (reader.ValueIsEscaped)
        {
            if (name.Length > _scratch.Name.Length)
            {
                return FailName(name);
            }

            if (!JsonText.TryUnescape(name, _scratch.Name, out var length))
            {
                return FailSurrogate("a field name");
            }

            name = _scratch.Name.AsSpan(0, length);
        }

        if (name.IsEmpty || pathLength + name.Length > FieldName.BytesMax)
        {
            return FailName(name, pathLength);
        }

        if (pathLength > 0)
        {
            name.CopyTo(_scratch.Path.AsSpan(pathLength));
            name = _scratch.Path.AsSpan(0, pathLength + name.Length);
        }

        return true;
    }

    /// <summary>Whether a member of the fields is no field: time or id, as the mapping calls them or as all events may.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool IsReserved(ReadOnlySpan<byte> name, out EnvelopeKey key)
    {
        if (_mapping is not null)
        {
            return _mapping.IsReserved(name, out key);
        }

        if (name.Length is not (3 or 5) || name[0] != (byte)'_')
        {
            key = EnvelopeKey.Unknown;
            return false;
        }

        key = name.SequenceEqual("_time"u8) ? EnvelopeKey.Time : name.SequenceEqual("_id"u8) ? EnvelopeKey.Id : EnvelopeKey.Unknown;
        return key != EnvelopeKey.Unknown;
    }

    private bool ReadField(scoped ref Utf8JsonReader reader, ref Envelope envelope, FieldNames names, scoped ReadOnlySpan<byte> name, int depth)
    {
        var field = names.Find(name);
        if (field < 0 && !CheckNewName(name))
        {
            return false;
        }

        if (reader.TokenType == JsonTokenType.Null)
        {
            // As if it were not there; a name without a value must not take space in the metric either.
            return true;
        }

        if (field < 0)
        {
            field = names.Add(name);
        }

        if (!names.TryMark(field))
        {
            return MeetTwice(ref reader, name, depth);
        }

        if (++_fieldCount > _limits.FieldsPerEventMax)
        {
            return FailTooMany(name);
        }

        switch (reader.TokenType)
        {
            case JsonTokenType.String:
                return ReadString(ref reader, field, name);
            case JsonTokenType.Number:
                return ReadNumber(ref reader, field, name);
            case JsonTokenType.StartArray:
                return ReadArray(ref reader, ref envelope, field, name, depth);
            default:
                Sink.Add(field, FieldKind.Bool, reader.TokenType == JsonTokenType.True ? 1 : 0);
                return true;
        }
    }

    /// <summary>A name that the event has already: by another way, which reading the event again will tell, or truly twice.</summary>
    private bool MeetTwice(scoped ref Utf8JsonReader reader, scoped ReadOnlySpan<byte> name, int depth)
    {
        if (_knowsMetTwice)
        {
            return Fail(InputErrorCodes.FieldDuplicate, $"The field {EventNames.Quote(name)} is given twice.");
        }

        if (_metTwice.Find(name) < 0)
        {
            _metTwice.Add(name);
        }

        return reader.TokenType != JsonTokenType.StartArray || SkipContainer(ref reader, depth, name);
    }

    private bool CheckNewName(ReadOnlySpan<byte> name)
    {
        if (!FieldName.IsValid(name))
        {
            return FailName(name);
        }

        return !FixedColumns.Contains(name)
            || Fail(
                InputErrorCodes.FieldNameReserved,
                $"The field name {EventNames.Quote(name)} is kept for a column every table has; choose another one.");
    }

    private bool FailName(ReadOnlySpan<byte> name, int pathLength = 0)
    {
        var path = pathLength == 0 ? "" : " inside " + EventNames.Quote(_scratch.Path.AsSpan(0, pathLength - 1));
        return name.IsEmpty
            ? Fail(InputErrorCodes.FieldNameInvalid, $"A field name is empty{path}.")
            : Fail(
                InputErrorCodes.FieldNameInvalid,
                $"{EventNames.Quote(name)}{path} is not a field name: 1-{FieldName.BytesMax} bytes of UTF-8 without control characters, "
                + $"nested names joined with _; it has {pathLength + name.Length}.");
    }

    private bool FailTooMany(ReadOnlySpan<byte> name) => Fail(
        InputErrorCodes.FieldsTooMany,
        $"The event has more than {_limits.FieldsPerEventMax} fields, the limit for one event; {EventNames.Quote(name)} is the first beyond it.");

    private bool FailTooDeep(ReadOnlySpan<byte> name) => Fail(
        InputErrorCodes.NestingTooDeep, $"The field {EventNames.Quote(name)} is nested deeper than {_limits.NestingMax} levels below fields.");

    private bool FailSurrogate(string what) => Fail(
        InputErrorCodes.Utf8Invalid, $"An escape in {what} is half of a surrogate pair (\\ud800-\\udfff), which stands for no character.");
}
