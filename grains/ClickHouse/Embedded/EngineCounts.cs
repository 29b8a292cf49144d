namespace Analytics.Grains.ClickHouse.Embedded;

/// <summary>What the engine counted for one statement. Bytes are those of columns in memory, not of a format.</summary>
/// <param name="RowsRead">Rows read from tables.</param>
/// <param name="BytesRead">Bytes read from tables.</param>
/// <param name="RowsWritten">Rows written, those of materialized views included.</param>
/// <param name="BytesWritten">Bytes written, those of materialized views included.</param>
/// <param name="ResultRows">Rows of the answer.</param>
/// <param name="ResultBytes">Bytes of the answer.</param>
internal readonly record struct EngineCounts(
    ulong RowsRead, ulong BytesRead, ulong RowsWritten, ulong BytesWritten, ulong ResultRows, ulong ResultBytes);
