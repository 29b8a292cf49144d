using Analytics.GrainInterfaces.Batches;
using Analytics.GrainInterfaces.Live;
using Analytics.Grains.Columns;

namespace Analytics.Grains.Live;

/// <summary>Count, range and exact sum of a column of integers.</summary>
internal sealed class LiveInt64() : LiveField(ColumnType.Int64)
{
    /// <summary>Smallest value, <see cref="long.MaxValue"/> without values.</summary>
    public long Min { get; private set; } = long.MaxValue;

    /// <summary>Largest value, <see cref="long.MinValue"/> without values.</summary>
    public long Max { get; private set; } = long.MinValue;

    /// <summary>Sum of all values.</summary>
    public Int128 Sum { get; private set; }

    /// <summary>Takes what SQL computed over the table.</summary>
    public void Restore(long count, long min, long max, Int128 sum)
    {
        Count = count;
        if (count > 0)
        {
            Min = min;
            Max = max;
        }

        Sum = sum;
    }

    /// <summary>Whether every value so far is a double exactly, so that the column may become one of doubles.</summary>
    public bool CanBecomeFloat64 => Count == 0 || (Min >= -ColumnFit.ExactIntegerMax && Max <= ColumnFit.ExactIntegerMax);

    /// <inheritdoc />
    public override FieldSnapshot Describe(FieldSnapshot bare) => Count == 0
        ? bare
        : bare with
        {
            Min = JsonScalar.Of((Int128)Min),
            Max = JsonScalar.Of((Int128)Max),
            Sum = JsonScalar.Of(Sum),
            Avg = JsonScalar.Of((double)Sum / Count),
        };

    /// <inheritdoc />
    protected override void Take(FieldColumn column, int index)
    {
        var value = column.Bits[index];
        Min = Math.Min(Min, value);
        Max = Math.Max(Max, value);
        Sum += value;
    }
}
