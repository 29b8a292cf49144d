using System.Buffers.Text;
using System.Text.Unicode;
using Analytics.Silo.Log;

namespace Analytics.Silo.Ingest.Decode;

/// <summary>
/// The fields that a message's key and headers become, one after the other. Bytes that are no text go, in base64, to a field of their own: the event is
/// good all the same, and what the bytes were can be told from every other text. Enumerating allocates nothing.
/// </summary>
internal ref struct MappedPart
{
    /// <summary>Bytes that the longest name has besides prefix and header.</summary>
    public static int SuffixBytesMax => Base64Suffix.Length;

    private readonly BareEvents _mapping;
    private readonly ReadOnlySpan<byte> _key;
    private LogHeaders _headers;
    private bool _isHeader;
    private bool _isText;

    /// <summary>Stands before the first field.</summary>
    public MappedPart(BareEvents mapping, in MessageParts parts)
    {
        _mapping = mapping;
        _key = parts.Key.Span;
        _headers = new LogHeaders(parts.Headers.Span);
    }

    /// <summary>The header's name; empty for the key.</summary>
    public ReadOnlySpan<byte> Header { get; private set; }

    /// <summary>Bytes that <see cref="Name"/> takes.</summary>
    public readonly int NameBytes => Prefix.Length + Header.Length + Suffix.Length;

    /// <summary>Bytes of room that <see cref="Text"/> takes; 0 when the value is text as it is.</summary>
    public readonly int TextBytes => _isText ? 0 : Base64.GetMaxEncodedToUtf8Length(Value.Length);

    private readonly ReadOnlySpan<byte> Prefix => _isHeader ? _mapping.HeaderPrefix : _mapping.KeyField;

    private static ReadOnlySpan<byte> Base64Suffix => "_base64"u8;

    private readonly ReadOnlySpan<byte> Suffix => _isText ? default : Base64Suffix;

    private ReadOnlySpan<byte> Value { get; set; }

    /// <summary>Goes to the next field; false after the last. Headers without a value are none.</summary>
    public bool MoveNext()
    {
        if (!_isHeader && Value.IsEmpty && !_key.IsEmpty)
        {
            return Stand(default, _key);
        }

        _isHeader = true;
        while (_headers.MoveNext())
        {
            if (!_headers.IsNull)
            {
                return Stand(_headers.Name, _headers.Value);
            }
        }

        return false;
    }

    /// <summary>Writes the field's name; it is not checked.</summary>
    /// <param name="to">Room for <see cref="NameBytes"/>.</param>
    public readonly ReadOnlySpan<byte> Name(Span<byte> to)
    {
        Prefix.CopyTo(to);
        Header.CopyTo(to[Prefix.Length..]);
        Suffix.CopyTo(to[(Prefix.Length + Header.Length)..]);
        return to[..NameBytes];
    }

    /// <summary>The field's value.</summary>
    /// <param name="room">Room for <see cref="TextBytes"/>.</param>
    public readonly ReadOnlySpan<byte> Text(Span<byte> room)
    {
        if (_isText)
        {
            return Value;
        }

        _ = Base64.EncodeToUtf8(Value, room, out _, out var length);
        return room[..length];
    }

    private bool Stand(ReadOnlySpan<byte> header, ReadOnlySpan<byte> value)
    {
        Header = header;
        Value = value;
        _isText = Utf8.IsValid(value);
        return true;
    }
}
