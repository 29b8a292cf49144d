namespace Analytics.Silo.Log.File;

/// <summary>What all partitions of a log share.</summary>
internal sealed record FileLogContext(
    ILogDisk Disk, LogOptions Options, SpaceBudget Space, Retention Retention, FileLogInstruments Instruments, ILogger Logger, TimeProvider Time)
{
    /// <summary>Bytes of the largest record: a record never spans segments.</summary>
    public int RecordBytesMax => Math.Min(RecordFormat.RecordBytesMax, Options.SegmentBytesMax);
}
