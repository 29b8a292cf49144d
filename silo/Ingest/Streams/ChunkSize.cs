namespace Analytics.Silo.Ingest.Streams;

/// <summary>
/// How many bytes of a log are decoded in one go. Of thousands of metrics, an ordinary chunk has an event or two each, and a batch of one row takes ten times the memory
/// and the work of its row: a reader that is behind takes more at a time then.
/// </summary>
/// <param name="bytesMin">An ordinary chunk.</param>
internal sealed class ChunkSize(int bytesMin)
{
    /// <summary>How many ordinary chunks become one at most: decoded, that is some 20 MB.</summary>
    public const int FactorMax = 8;

    /// <summary>Metrics from which on a chunk has many.</summary>
    public const int ManyMetrics = 256;

    /// <summary>Rows of a batch from which on its objects are a small part of it.</summary>
    public const int RowsWanted = 16;

    private int _factor = 1;

    /// <summary>Bytes to take now.</summary>
    public int Bytes => (int)Math.Min((long)bytesMin * _factor, int.MaxValue);

    /// <summary>Whether a chunk of so many bytes is to have more, if it can be had without waiting.</summary>
    public bool WantsMore(long bytes) => _factor > 1 && bytes < Bytes / 2;

    /// <summary>Learns from a chunk.</summary>
    /// <param name="bytes">Its bytes in the log: less than half of what was asked for means that there was no more.</param>
    /// <param name="rows">Its rows.</param>
    /// <param name="metrics">How many metrics they are of.</param>
    public void Learn(long bytes, int rows, int metrics)
    {
        if (bytes < Bytes / 2 || rows > 2 * RowsWanted * metrics)
        {
            _factor = Math.Max(1, _factor / 2);
        }
        else if (metrics >= ManyMetrics && rows < RowsWanted * metrics)
        {
            _factor = Math.Min(FactorMax, _factor * 2);
        }
    }
}
