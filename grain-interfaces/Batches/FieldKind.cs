namespace Analytics.GrainInterfaces.Batches;

/// <summary>What a JSON value is, as the decoder saw it. A column's type is decided later, from the kinds that arrive.</summary>
/// <remarks>Explicit JSON nulls are not values: they are left out of the batch, as if the field were absent.</remarks>
public enum FieldKind : byte
{
    /// <summary>Values of one column differ in kind: see <see cref="FieldColumn.Kinds"/>.</summary>
    Mixed = 0,

    /// <summary><c>true</c> or <c>false</c>; bits are 1 or 0.</summary>
    Bool = 1,

    /// <summary>A number without fraction or exponent that fits a signed 64-bit integer; bits are its value.</summary>
    Int64 = 2,

    /// <summary>A number with a fraction or an exponent; bits are the IEEE 754 double's.</summary>
    Float64 = 3,

    /// <summary>A string that is an unambiguous ISO 8601 instant: date, time, at most three fraction digits, and a zone.
    /// Bits point at the original text in the heap, so that a text column can store it as it came.</summary>
    DateTime = 4,

    /// <summary>Any other string; bits point at its UTF-8 bytes in the heap.</summary>
    String = 5,

    /// <summary>An array of objects, of arrays, or of scalars of several kinds, as JSON text; bits point at it in the heap.</summary>
    Json = 6,

    /// <summary>An array of scalars; bits point at its encoded elements in the heap, see <see cref="ArrayElements"/>.</summary>
    BoolArray = 7,

    /// <inheritdoc cref="BoolArray"/>
    Int64Array = 8,

    /// <inheritdoc cref="BoolArray"/>
    Float64Array = 9,

    /// <inheritdoc cref="BoolArray"/>
    StringArray = 10,

    /// <summary><c>[]</c>, or an array of nulls only: fits a column of any array type. Encoded as <see cref="StringArray"/>.</summary>
    EmptyArray = 11,
}
