using Analytics.Grains.Columns;

namespace Analytics.Grains.ClickHouse;

/// <summary>The INSERT statement of a block, without FORMAT and data.</summary>
internal static class InsertSql
{
    /// <summary>Writes the statement.</summary>
    /// <exception cref="ArgumentException">The block has no rows or columns, or more rows than one part takes.</exception>
    public static string Of(InsertBlock block)
    {
        if (block.Rows is < 1 or > NativeBlockWriter.RowsMax)
        {
            throw new ArgumentException($"A block has 1 to {NativeBlockWriter.RowsMax} rows, this one {block.Rows}: more would not be one part.", nameof(block));
        }

        if (block.Columns.Count == 0)
        {
            throw new ArgumentException("A block names its columns.", nameof(block));
        }

        return string.Concat(
            $"INSERT INTO {SqlText.Table(block.Database, block.Table)} ({SqlText.Identifiers(block.Columns)}) ",
            $"SETTINGS async_insert = 0, insert_deduplication_token = {SqlText.Literal(block.DeduplicationToken)}");
    }
}
