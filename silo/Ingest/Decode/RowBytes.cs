namespace Analytics.Silo.Ingest.Decode;

/// <summary>What rows and values weigh in a batch, besides the bytes of their texts. The same arithmetic as <c>EventBatch.SizeBytes</c>.</summary>
internal static class RowBytes
{
    /// <summary>A row: time, received, offset (8 bytes each), sequence and end of id (4 each).</summary>
    public const int Fixed = 32;

    /// <summary>A value: its word (8 bytes), row (4) and kind (1).</summary>
    public const int Value = 13;
}
