namespace Analytics.Silo.Log.File;

/// <summary>The fixed part of a record whose checksum was right.</summary>
/// <param name="Offset">Offset in the partition.</param>
/// <param name="TimestampMs">UTC milliseconds since 1970.</param>
/// <param name="WriteIndex">Records before this one in the same group; see <see cref="RecordFormat"/>.</param>
/// <param name="KeyBytes">Bytes of the key, which follows the header.</param>
/// <param name="TotalBytes">Bytes of the whole record: header, key, headers and value.</param>
internal readonly record struct RecordHeader(long Offset, long TimestampMs, int WriteIndex, int KeyBytes, int TotalBytes)
{
    /// <summary>Bytes of the message's headers, without their length; 0 when it has none.</summary>
    public int HeadersBytes { get; init; }

    /// <summary>Everything before this offset was durable when this record was written.</summary>
    public long DurableBefore => Offset - WriteIndex;
}
