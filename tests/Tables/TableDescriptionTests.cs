// Goal: what a table has is told apart exactly: fixed columns, columns fields can use, and columns of somebody else's.
using Analytics.Grains.Columns;
using Analytics.Grains.Tables;
using Xunit;

namespace Analytics.Tests.Tables;

public sealed class TableDescriptionTests
{
    [Fact]
    public void Every_type_of_ours_is_recognised_in_the_tables_order()
    {
        var types = Enum.GetValues<ColumnType>();
        var description = TableDescription.Of(types.Select(type => ($"c{(int)type}", type.ToSql())));
        Assert.Equal(types.Select(type => new TableColumn($"c{(int)type}", type)), description.Columns);
        Assert.Empty(description.ForeignNames);
    }

    [Fact]
    public void Fixed_columns_are_neither() =>
        Assert.Equivalent(new TableDescription([], []), TableDescription.Of(FixedColumns.All.Select(column => (column.Name, column.Sql))));

    [Theory]
    [InlineData("Int64")]
    [InlineData("Nullable(Int32)")]
    [InlineData("Nullable(DateTime64(6, 'UTC'))")]
    [InlineData("Nullable(DateTime64(3))")]
    [InlineData("LowCardinality(String)")]
    [InlineData("Array(Int64)")]
    [InlineData("nullable(int64)")]
    [InlineData("")]
    public void Any_other_type_is_foreign(string type)
    {
        var description = TableDescription.Of([("theirs", type), ("ours", "Nullable(Int64)")]);
        Assert.Equal(["theirs"], description.ForeignNames);
        Assert.Equal([new TableColumn("ours", ColumnType.Int64)], description.Columns);
    }
}
