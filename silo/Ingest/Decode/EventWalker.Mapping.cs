using Analytics.GrainInterfaces.Batches;
using Analytics.GrainInterfaces.Names;

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
        if (_parts.Key.IsEmpty && _parts.Headers.IsEmpty)
        {
            return true;
        }

        var part = new MappedPart(_mapping!, _parts);
        while (part.MoveNext())
        {
            if (!AddPart(names, part))
            {
                return false;
            }
        }

        return true;
    }

    // Always a string, whatever it looks like: its column must not depend on the first value.
    private bool AddPart(FieldNames names, scoped in MappedPart part)
    {
        if (part.NameBytes > _scratch.Path.Length)
        {
            return FailPart(part.Header);
        }

        var name = part.Name(_scratch.Path);
        var field = names.Find(name);
        if (field < 0)
        {
            if (!FieldName.IsValid(name))
            {
                return FailPart(part.Header);
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
                $"The field {EventNames.Quote(name)} is given twice: {(part.Header.IsEmpty ? "the message's key" : "a header of the message")} has its name, too.");
        }

        if (++_fieldCount > _limits.FieldsPerEventMax)
        {
            return FailTooMany(name);
        }

        var text = part.Text(_scratch.Text(part.TextBytes));
        if (text.Length > _limits.StringBytesMax)
        {
            return FailTooLong(name, text.Length);
        }

        Sink.Add(field, FieldKind.String, text);
        return true;
    }

    private bool FailPart(ReadOnlySpan<byte> header) => Fail(
        InputErrorCodes.FieldNameInvalid,
        $"The header {EventNames.Quote(header)} makes no field name behind {EventNames.Quote(_mapping!.HeaderPrefix)}: "
        + $"together 1-{FieldName.BytesMax} bytes of UTF-8 without control characters.");
}
