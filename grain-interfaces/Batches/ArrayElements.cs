using System.Buffers.Binary;

namespace Analytics.GrainInterfaces.Batches;

/// <summary>
/// How the elements of an array value lie in a heap: for each element a tag byte (0 null, 1 value) and, after a 1, the payload:
/// one byte for a bool, 8 little-endian bytes for an integer or a double, a 4-byte little-endian length and the bytes for a string.
/// </summary>
public ref struct ArrayElements
{
    private readonly FieldKind _kind;
    private ReadOnlySpan<byte> _rest;

    /// <summary>Starts before the first element.</summary>
    /// <param name="kind">The array's kind.</param>
    /// <param name="encoded">The value's bytes, as <see cref="FieldColumn.BytesAt"/> gives them.</param>
    public ArrayElements(FieldKind kind, ReadOnlySpan<byte> encoded)
    {
        _kind = kind;
        _rest = encoded;
    }

    /// <summary>Whether the current element is null.</summary>
    public bool IsNull { get; private set; }

    /// <summary>The current element's bits: 0 or 1, an integer, or a double's bits. Zero for strings and nulls.</summary>
    public long Bits { get; private set; }

    /// <summary>The current element's UTF-8 bytes; empty unless it is a string.</summary>
    public ReadOnlySpan<byte> Text { get; private set; }

    /// <summary>Moves to the next element; false after the last.</summary>
    public bool MoveNext()
    {
        if (_rest.IsEmpty)
        {
            return false;
        }

        IsNull = _rest[0] == 0;
        Bits = 0;
        Text = default;
        _rest = _rest[1..];
        if (!IsNull)
        {
            ReadPayload();
        }

        return true;
    }

    private void ReadPayload()
    {
        switch (_kind)
        {
            case FieldKind.BoolArray:
                Bits = _rest[0];
                _rest = _rest[1..];
                break;
            case FieldKind.Int64Array:
            case FieldKind.Float64Array:
                Bits = BinaryPrimitives.ReadInt64LittleEndian(_rest);
                _rest = _rest[8..];
                break;
            default:
                var length = BinaryPrimitives.ReadInt32LittleEndian(_rest);
                Text = _rest.Slice(4, length);
                _rest = _rest[(4 + length)..];
                break;
        }
    }
}
