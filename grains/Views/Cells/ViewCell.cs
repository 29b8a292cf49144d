using Analytics.GrainInterfaces.Batches;
using Analytics.GrainInterfaces.Live;
using Analytics.GrainInterfaces.Views;
using Analytics.Grains.ClickHouse;
using Analytics.Grains.Columns;
using Analytics.Grains.Live.Rebuild;

namespace Analytics.Grains.Views.Cells;

/// <summary>What is kept of one field's values in one group: enough for some of the aggregates. Two of them can be added; the order of values is all the same.</summary>
internal abstract class ViewCell
{
    /// <summary>A cell for an aggregate.</summary>
    public static ViewCell Of(ViewAggregateKind kind) => kind switch
    {
        ViewAggregateKind.Sum or ViewAggregateKind.Avg or ViewAggregateKind.Share or ViewAggregateKind.Rank or ViewAggregateKind.PercentRank => new SumCell(),
        ViewAggregateKind.Min or ViewAggregateKind.Max => new ExtremeCell(),
        ViewAggregateKind.Unique => new UniqueCell(),
        ViewAggregateKind.P50 or ViewAggregateKind.P90 or ViewAggregateKind.P99 => new QuantileCell(),
        _ => new CountCell(),
    };

    /// <summary>Adds a value that fits the column's type.</summary>
    /// <param name="column">The column that has it.</param>
    /// <param name="index">Its index (not row) there.</param>
    /// <param name="type">The type of the table's column by now: integers may have become doubles since others were added.</param>
    public abstract void Add(FieldColumn column, int index, ColumnType type);

    /// <summary>Adds what another cell of the same kind and type has.</summary>
    public abstract void Add(ViewCell other);

    /// <summary>Adds what the engine computed over rows of the table, in the order of <see cref="Sql"/>.</summary>
    public abstract void AddStored(ref RowBinaryReader reader, ColumnType type);

    /// <summary>What the engine has to compute for a cell of this kind.</summary>
    /// <param name="kind">Of the measure.</param>
    /// <param name="column">The quoted column name.</param>
    /// <param name="type">The column's type, one that the kind can be of.</param>
    public static IEnumerable<string> Sql(ViewAggregateKind kind, string column, ColumnType type) => kind switch
    {
        ViewAggregateKind.Sum => type == ColumnType.Int64
            ? [$"count({column})", $"toInt128(ifNull(sum(toInt128({column})), 0))"]
            : [$"count({column})", $"toFloat64(ifNull(sumKahan({column}), 0))"],
        ViewAggregateKind.Min when type == ColumnType.DateTime =>
            [$"count({column})", $"toInt64(ifNull(toUnixTimestamp64Milli(min({column})), 0))", $"toInt64(ifNull(toUnixTimestamp64Milli(max({column})), 0))"],
        ViewAggregateKind.Min => [$"count({column})", $"assumeNotNull(ifNull(min({column}), 0))", $"assumeNotNull(ifNull(max({column}), 0))"],
        ViewAggregateKind.Unique => UniqueCell.StoredSql(column, type),
        ViewAggregateKind.P50 => [$"sumMapIf([{SketchSql.Bucket(column)}], [toUInt64(1)], isNotNull({column}))"],
        _ => [type.IsArray() ? $"countIf(notEmpty({column}))" : $"count({column})"],
    };

    /// <summary>An aggregate that the cell is for; <see langword="null"/> without values.</summary>
    public abstract JsonScalar? Show(ViewAggregateKind kind, ColumnType type);

    /// <summary>By which groups are compared.</summary>
    public virtual double Measure => 0;

    /// <summary>A numeric value as a double.</summary>
    protected static double NumberAt(FieldColumn column, int index) =>
        column.KindAt(index) == FieldKind.Int64 ? column.Bits[index] : BitConverter.Int64BitsToDouble(column.Bits[index]);
}
