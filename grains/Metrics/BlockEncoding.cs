using Analytics.Grains.ClickHouse;
using Analytics.Grains.Columns;

namespace Analytics.Grains.Metrics;

/// <summary>Encodes a block and inserts it in one go: encoded rows are never held while something is waited for.</summary>
internal static class BlockEncoding
{
    /// <summary>Inserts a block into a table, as one part.</summary>
    /// <exception cref="ClickHouseException">Nothing was inserted, unless <see cref="ClickHouseException.IsOutcomeUnknown"/>.</exception>
    public static async Task InsertAsync(PendingBlock block, string database, string table, InsertTurn turn, CancellationToken cancellationToken)
    {
        var writer = NativeBlockWriter.Rent();
        try
        {
            writer.Write(block.Batches, block.Columns, block.InsertedSeconds);
            var insert = new InsertBlock(database, table, writer.ColumnNames, writer.Written, writer.Rows, block.DeduplicationToken);
            await turn.InsertAsync(insert, cancellationToken);
        }
        finally
        {
            writer.Return();
        }
    }
}
