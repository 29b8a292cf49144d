namespace Analytics.Silo.Log.File;

/// <summary>A segment as a reader sees it at one moment: only what was durable then.</summary>
/// <param name="Segment">The segment; its identity and path.</param>
/// <param name="DurableBytes">Bytes that may be read.</param>
/// <param name="NextOffset">Offset after the last durable record.</param>
/// <param name="StartOffset">Offset of the record at <paramref name="StartPosition"/>.</param>
/// <param name="StartPosition">Where to start looking for the offset asked for.</param>
internal readonly record struct SegmentView(Segment Segment, long DurableBytes, long NextOffset, long StartOffset, long StartPosition);
