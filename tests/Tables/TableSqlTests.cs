// Goal: the DDL is exactly this text, nasty names included, and only integers are ever widened.
using Analytics.Grains.ClickHouse;
using Analytics.Grains.Columns;
using Analytics.Grains.Tables;
using Xunit;

namespace Analytics.Tests.Tables;

public sealed class TableSqlTests
{
    private const string Nasty = "`; DROP TABLE x -- '\"\\";
    private const string NastyQuoted = "`\\`; DROP TABLE x -- '\"\\\\`";

    [Fact]
    public void A_database_loads_its_tables_when_they_are_touched() => Assert.Equal(
        "CREATE DATABASE IF NOT EXISTS `shop` ENGINE = Atomic SETTINGS lazy_load_tables = 1", TableSql.CreateDatabase("shop", ServerLayout.Lazy));

    [Fact]
    public void A_new_table_has_the_fixed_columns_then_the_fields()
    {
        TableColumn[] columns = [new("amount", ColumnType.Float64), new(Nasty, ColumnType.LowCardinalityString), new("ключ", ColumnType.ArrayInt64)];
        Assert.Equal(
            "CREATE TABLE IF NOT EXISTS `shop`." + NastyQuoted + " (`_time` DateTime64(3, 'UTC') CODEC(T64, LZ4), `_id` String, `_received` DateTime64(3, 'UTC') CODEC(Delta, LZ4), " +
            "`_partition` UInt32, `_offset` UInt64 CODEC(Delta, LZ4), `_seq` UInt32, `_inserted` DateTime('UTC'), `_extra` Map(String, String), " +
            "`amount` Nullable(Float64), " + NastyQuoted + " LowCardinality(Nullable(String)), `ключ` Array(Nullable(Int64)), " +
            "INDEX _inserted_range _inserted TYPE minmax GRANULARITY 1) ENGINE = MergeTree PARTITION BY toYYYYMM(_inserted) ORDER BY _time SETTINGS min_bytes_for_wide_part = 134217728",
            TableSql.CreateTable(SqlText.Table("shop", Nasty), columns));
    }

    [Fact]
    public void All_new_columns_come_in_one_statement_and_all_widened_ones_in_another()
    {
        TableColumn[] has = [new("a", ColumnType.Int64), new(Nasty, ColumnType.Int64), new("c", ColumnType.Bool)];
        TableColumn[] wanted =
        [
            new("a", ColumnType.Float64), new(Nasty, ColumnType.Float64), new("c", ColumnType.Bool), new("d", ColumnType.String), new("e'", ColumnType.DateTime),
        ];
        Assert.Equal(
            [
                "ALTER TABLE `t` ADD COLUMN IF NOT EXISTS `d` Nullable(String), ADD COLUMN IF NOT EXISTS `e'` Nullable(DateTime64(3, 'UTC')) CODEC(T64, LZ4)",
                "ALTER TABLE `t` MODIFY COLUMN `a` Nullable(Float64) CODEC(Default), MODIFY COLUMN " + NastyQuoted + " Nullable(Float64) CODEC(Default) " +
                    "SETTINGS alter_sync = 2, mutations_sync = 2",
            ],
            TableSql.Alter("`t`", has, wanted));
    }

    [Fact]
    public void A_table_that_has_everything_needs_no_statement()
    {
        TableColumn[] has = [new("a", ColumnType.Int64), new("more", ColumnType.Bool)];
        Assert.Empty(TableSql.Alter("`t`", has, [new("a", ColumnType.Int64)]));
        Assert.Empty(TableSql.Alter("`t`", has, []));
    }

    [Fact]
    public void No_other_change_of_type_is_ever_asked_for()
    {
        foreach (var from in Enum.GetValues<ColumnType>())
        {
            foreach (var to in Enum.GetValues<ColumnType>())
            {
                var statements = TableSql.Alter("`t`", [new("a", from)], [new("a", to)]);
                var isAllowed = (from, to) is (ColumnType.Int64, ColumnType.Float64) or (ColumnType.String, ColumnType.LowCardinalityString)
                    or (ColumnType.LowCardinalityString, ColumnType.String);
                Assert.Equal(isAllowed ? 1 : 0, statements.Count());
            }
        }
    }

    [Fact]
    public void A_name_in_another_case_is_another_column()
    {
        var statement = Assert.Single(TableSql.Alter("`t`", [new("a", ColumnType.Int64)], [new("A", ColumnType.Int64)]));
        Assert.Equal("ALTER TABLE `t` ADD COLUMN IF NOT EXISTS `A` Nullable(Int64) CODEC(T64, LZ4)", statement);
    }
}
