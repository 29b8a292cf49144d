namespace Analytics.Silo.Http.Overview;

/// <summary>What of a metric's table is on disk.</summary>
/// <param name="Rows">Its rows.</param>
/// <param name="Bytes">Their bytes, compressed.</param>
internal readonly record struct TableSize(long Rows, long Bytes)
{
    /// <summary>Both together.</summary>
    public TableSize And(TableSize other) => new(Rows + other.Rows, Bytes + other.Bytes);
}
