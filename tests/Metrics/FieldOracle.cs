using System.Globalization;
using System.Numerics;
using System.Text;
using Analytics.GrainInterfaces.Live;
using Analytics.Grains.Columns;
using Analytics.Tests.Columns;
using Analytics.Tests.Live;

namespace Analytics.Tests.Metrics;

/// <summary>What is to be known of one column, kept as the plain list of its values and worked out anew each time.</summary>
internal sealed class FieldOracle(string name, ColumnType type)
{
    private readonly List<TestValue> _values = [];

    public ColumnType Type { get; private set; } = type;

    public int Conflicts { get; set; }

    /// <summary>Takes a value, if the column does.</summary>
    public bool TryTake(TestValue value)
    {
        if (ValueModel.Stored(value, Type) is null)
        {
            return false;
        }

        // An absent array is an empty one in the table.
        if (value.Data is not object?[] { Length: 0 })
        {
            _values.Add(value);
        }

        return true;
    }

    /// <summary>A fraction came to integers: they become doubles when each of them is one.</summary>
    public void Widen()
    {
        if (Type == ColumnType.Int64 && _values.TrueForAll(value => BigInteger.Abs((long)value.Data) <= 1L << 53))
        {
            Type = ColumnType.Float64;
        }
    }

    public FieldSnapshot Describe(long total)
    {
        var bare = new FieldSnapshot
        {
            Name = name,
            Type = Label(),
            Count = _values.Count,
            Null = total - _values.Count - Conflicts,
            Conflicts = Conflicts,
        };
        return _values.Count == 0 ? bare : Type switch
        {
            ColumnType.Int64 => DescribeIntegers(bare),
            ColumnType.Float64 => DescribeDoubles(bare),
            ColumnType.DateTime => DescribeTimes(bare),
            ColumnType.Bool or ColumnType.String or ColumnType.LowCardinalityString => DescribeTexts(bare),
            _ => bare,
        };
    }

    private string Label() => Type switch
    {
        ColumnType.LowCardinalityString => "String",
        >= ColumnType.ArrayBool => $"Array({Type.ToString()["Array".Length..]})",
        _ => Type.ToString(),
    };

    private FieldSnapshot DescribeIntegers(FieldSnapshot bare)
    {
        var values = _values.ConvertAll(value => new BigInteger((long)value.Data));
        var sum = values.Aggregate(BigInteger.Zero, (a, b) => a + b);
        var nearest = new ExactRational();
        nearest.Add(sum);
        return bare with
        {
            Min = Plain(values.Min()),
            Max = Plain(values.Max()),
            Sum = Plain(sum),
            Avg = JsonScalar.Of(nearest.ToDouble() / values.Count),
            Unique = values.Distinct().Count(),
            Top = TopOf(values, static value => value.ToString(CultureInfo.InvariantCulture)),
        };
    }

    private FieldSnapshot DescribeDoubles(FieldSnapshot bare)
    {
        // Plus zero: negative zero is shown as zero.
        var values = _values.ConvertAll(value => Convert.ToDouble(value.Data, CultureInfo.InvariantCulture) + 0.0);
        var sum = new ExactRational();
        values.ForEach(sum.Add);
        return bare with
        {
            Min = JsonScalar.Of(values.Min()),
            Max = JsonScalar.Of(values.Max()),
            Sum = JsonScalar.Of(sum.ToDouble()),
            Avg = JsonScalar.Of(sum.ToDouble() / values.Count),
            Unique = values.Distinct().Count(),
            Top = TopOf(values, static value => value.ToString("R", CultureInfo.InvariantCulture)),
        };
    }

    private FieldSnapshot DescribeTimes(FieldSnapshot bare)
    {
        var values = _values.ConvertAll(value => DateTimeOffset.Parse(Encoding.UTF8.GetString((byte[])value.Data), CultureInfo.InvariantCulture).UtcDateTime);
        return bare with { Min = Quoted(values.Min()), Max = Quoted(values.Max()), Unique = values.Distinct().Count(), Top = TopOf(values, static value => Quoted(value).Text.Trim('"')) };
    }

    private FieldSnapshot DescribeTexts(FieldSnapshot bare)
    {
        // Latin-1 keeps every byte as one character, and ordinal order is then the order of the bytes.
        var counts = _values
            .GroupBy(value => value.Data is bool flag ? (flag ? "true" : "false") : Encoding.Latin1.GetString((byte[])value.Data))
            .OrderByDescending(group => group.Count()).ThenBy(group => group.Key, StringComparer.Ordinal).ToList();
        return bare with
        {
            Unique = counts.Count,
            Top = [.. counts.Take(10).Select(group => new TopValue(Encoding.UTF8.GetString(Encoding.Latin1.GetBytes(group.Key)), group.Count()))],
        };
    }

    private static TopValue[] TopOf<T>(List<T> values, Func<T, string> write) =>
        [.. values.GroupBy(value => value).OrderByDescending(group => group.Count()).ThenBy(group => group.Key).Take(10).Select(group => new TopValue(write(group.Key), group.Count()))];

    private static JsonScalar Plain(BigInteger value) => new(value.ToString(CultureInfo.InvariantCulture));

    private static JsonScalar Quoted(DateTime time) => new(time.ToString("'\"'yyyy-MM-dd'T'HH:mm:ss.fff'Z\"'", CultureInfo.InvariantCulture));
}
