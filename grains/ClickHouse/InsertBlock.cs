namespace Analytics.Grains.ClickHouse;

/// <summary>One insert: a Native-format block and the table it goes to.</summary>
/// <param name="Database">Unquoted database name.</param>
/// <param name="Table">Unquoted table name.</param>
/// <param name="Columns">Unquoted names of the columns in <paramref name="Native"/>, in its order; never empty.</param>
/// <param name="Native">The block in ClickHouse's Native format (client revision 0: no block info).</param>
/// <param name="Rows">Number of rows, 1 or more. One Native block is one part, whatever its size.</param>
/// <param name="DeduplicationToken">Text that is the same for the same rows: the position ranges.</param>
public sealed record InsertBlock(
    string Database, string Table, IReadOnlyList<string> Columns, ReadOnlyMemory<byte> Native, int Rows, string DeduplicationToken);
