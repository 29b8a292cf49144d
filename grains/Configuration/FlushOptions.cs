namespace Analytics.Grains.Configuration;

/// <summary><c>Analytics:Flush</c>: when a metric's buffered rows become one insert.</summary>
public sealed record FlushOptions
{
    /// <summary>The default of <see cref="AgeMaxMs"/>.</summary>
    public const int AgeMaxMsDefault = 180_000;

    /// <summary>Milliseconds the oldest buffered row may wait before its metric asks for a turn, 10-600,000. 500 keeps a busy metric's rows under a
    /// second old. With more active metrics than <see cref="InsertsPerSecondMax"/> × this interval it stretches by itself: to metrics / inserts per second
    /// when they are equally busy, less for the busier ones.</summary>
    public int IntervalMs { get; init; } = 500;

    /// <summary>Rows that start an insert at once, 1-1,000,000. 500,000 lets a busy metric have one insert an interval: each further part is merged again
    /// and again (65,000 cost half of all CPU at 400,000 events a second). The events of one message always stay together, so a block may be larger.</summary>
    public int RowsMax { get; init; } = 500_000;

    /// <summary>Bytes of buffered columns that start an insert at once, 64 KiB-1 GiB. 64 MiB are a third of a second of 400,000 events of 500 bytes a second;
    /// half of it made twice the parts, and cost a tenth of all CPU.</summary>
    public int BytesMax { get; init; } = 64 * 1024 * 1024;

    /// <summary>Inserts a second for the whole server, 1-10,000. A small insert costs the engine 6-8 ms of processor time, merges included, so 100 are
    /// most of a core, and with fewer each is larger.</summary>
    public int InsertsPerSecondMax { get; init; } = 100;

    /// <summary>Milliseconds after which a metric that waits for its turn because of its age goes before full and asked-for ones, 1,000-3,600,000.
    /// Three minutes: the rows of quiet metrics are in their tables within minutes, however busy others are, and the 136 s that
    /// 13,643 tables take at 100 inserts a second stay below it.</summary>
    public int AgeMaxMs { get; init; } = AgeMaxMsDefault;
}
