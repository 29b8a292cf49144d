using System.Buffers.Text;
using System.Text.Unicode;
using Analytics.GrainInterfaces.Batches;
using Analytics.GrainInterfaces.Names;
using Analytics.Silo.Log;

namespace Analytics.Silo.Ingest.Decode;

/// <content>What events of other producers get from their message: its key and headers.</content>
internal sealed partial class EventWalker<TSink>
{
    /// <summary>
    /// Inputs a message may have. Each gets the key and headers, so that a small message could become columns of any size: together they take no more than
    /// a message may have.
    /// </summary>
    private int InputsMax()
    {
        var partsBytes = _parts.Key.Length + _parts.Headers.Length;
        return partsBytes == 0 ? int.MaxValue : _limits.MessageBytesMax / partsBytes;
    }

    /// <summary>Adds the message's key and headers to the event, after its own fields.</summary>
    private bool AddParts(FieldNames names)
    {
        if (!_parts.Key.IsEmpty && !AddPart(names, _mapping!.KeyField, default, _parts.Key.Span))
        {
            return false;
        }

        var headers = new LogHeaders(_parts.Headers.Span);
        while (headers.MoveNext())
        {
            if (!headers.IsNull && !AddPart(names, _mapping!.HeaderPrefix, headers.Name, headers.Value))
            {
                return false;
            }
        }

        return true;
    }

    // Always a string, whatever it looks like: its column must not depend on the first value.
    private bool AddPart(FieldNames names, ReadOnlySpan<byte> prefix, ReadOnlySpan<byte> header, ReadOnlySpan<byte> value)
    {
        if (prefix.Length + header.Length + MappedPart.SuffixBytes > _scratch.Path.Length)
        {
            return FailPart(header);
        }

        var name = MappedPart.Name(_scratch.Path, prefix, header, value);
        var field = names.Find(name);
        if (field < 0)
        {
            if (!FieldName.IsValid(name))
            {
                return FailPart(header);
            }

            if (!CheckNewName(name))
            {
                return false;
            }

            field = names.Add(name);
        }

        if (!names.TryMark(field))
        {
            return Fail(
                InputErrorCodes.FieldDuplicate,
                $"The field {EventNames.Quote(name)} is given twice: {(header.IsEmpty ? "the message's key" : "a header of the message")} has its name, too.");
        }

        if (++_fieldCount > _limits.FieldsPerEventMax)
        {
            return FailTooMany(name);
        }

        return AddPartValue(field, name, value);
    }

    private bool AddPartValue(int field, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        if (!Utf8.IsValid(value))
        {
            var text = _scratch.Text(Base64.GetMaxEncodedToUtf8Length(value.Length));
            _ = Base64.EncodeToUtf8(value, text, out _, out var length);
            value = text[..length];
        }

        if (value.Length > _limits.StringBytesMax)
        {
            return FailTooLong(name, value.Length);
        }

        Sink.Add(field, FieldKind.String, value);
        return true;
    }

    private bool FailPart(ReadOnlySpan<byte> header) => Fail(
        InputErrorCodes.FieldNameInvalid,
        $"The header {EventNames.Quote(header)} makes no field name behind {EventNames.Quote(_mapping!.HeaderPrefix)}: "
        + $"together 1-{FieldName.BytesMax} bytes of UTF-8 without control characters.");
}
