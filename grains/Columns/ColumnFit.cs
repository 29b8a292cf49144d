using System.Runtime.CompilerServices;
using Analytics.GrainInterfaces.Batches;

namespace Analytics.Grains.Columns;

/// <summary>
/// The one rule for which value a column takes. Live state and the table both ask here, so they agree on every value;
/// what does not fit is kept as text in <c>_extra</c>.
/// </summary>
public static class ColumnFit
{
    /// <summary>2^53: every integer up to here, of either sign, is a double without loss.</summary>
    public const long ExactIntegerMax = 1L << 53;

    /// <summary>1900-01-01T00:00:00.000Z, the first millisecond a DateTime64(3) column takes.</summary>
    public const long DateTimeMsMin = -2_208_988_800_000;

    /// <summary>2299-12-31T23:59:59.999Z, the last millisecond a DateTime64(3) column takes.</summary>
    public const long DateTimeMsMax = 10_413_791_999_999;

    /// <summary>What the kind alone says. Ask once a column when its kinds do not differ.</summary>
    public static KindFit OfKind(FieldKind kind, ColumnType type) => kind switch
    {
        FieldKind.Bool => Always(type == ColumnType.Bool),
        FieldKind.Int64 => type == ColumnType.Float64 ? KindFit.ByValue : Always(type == ColumnType.Int64),
        FieldKind.Float64 => Always(type == ColumnType.Float64),
        FieldKind.DateTime => type == ColumnType.DateTime ? KindFit.ByValue : Always(type.IsText()),
        FieldKind.String or FieldKind.Json => Always(type.IsText()),
        FieldKind.BoolArray => Always(type == ColumnType.ArrayBool),
        FieldKind.Int64Array => type == ColumnType.ArrayFloat64 ? KindFit.ByValue : Always(type == ColumnType.ArrayInt64),
        FieldKind.Float64Array => Always(type == ColumnType.ArrayFloat64),
        FieldKind.StringArray => Always(type == ColumnType.ArrayString),
        FieldKind.EmptyArray => Always(type.IsArray()),
        _ => KindFit.Never,
    };

    /// <summary>Whether value <paramref name="index"/> (not row) of the column can be stored in a column of this type.</summary>
    public static bool Fits(FieldColumn column, int index, ColumnType type)
    {
        var kind = column.KindAt(index);
        return OfKind(kind, type) switch
        {
            KindFit.Always => true,
            KindFit.Never => false,
            _ => FitsByValue(column, index, kind),
        };
    }

    /// <summary>Whether an integer is a double without loss.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsExactDouble(long value) => value is >= -ExactIntegerMax and <= ExactIntegerMax;

    /// <summary>Reads a value of kind <see cref="FieldKind.DateTime"/> as UTC milliseconds.</summary>
    /// <returns>Whether a DateTime64(3) column can hold it.</returns>
    public static bool TryDateTime(FieldColumn column, int index, out long unixMs) =>
        Iso8601.TryParse(column.BytesAt(index), out unixMs) && unixMs is >= DateTimeMsMin and <= DateTimeMsMax;

    private static bool FitsByValue(FieldColumn column, int index, FieldKind kind)
    {
        switch (kind)
        {
            case FieldKind.Int64:
                return IsExactDouble(column.Bits[index]);
            case FieldKind.DateTime:
                return TryDateTime(column, index, out _);
            default:
                var elements = new ArrayElements(kind, column.BytesAt(index));
                while (elements.MoveNext())
                {
                    if (!IsExactDouble(elements.Bits))
                    {
                        return false;
                    }
                }

                return true;
        }
    }

    private static KindFit Always(bool fits) => fits ? KindFit.Always : KindFit.Never;
}
