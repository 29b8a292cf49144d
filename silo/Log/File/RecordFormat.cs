// A segment file is records and nothing else; integers are little-endian.
//
//   segment = *record
//   record  = length:u32  crc:u32  body
//   body    = offset:i64  timestamp:i64  write-index:u32  key-length:u32  key  [headers]  value
//   headers = length:u32  *byte
//
//   length       bytes of body, 24 or more
//   crc          CRC-32C of body
//   offset       base offset of the segment (its file name) for the first record, one more for each next
//   timestamp    UTC milliseconds since 1970
//   key-length   bytes of key; its highest bit says that headers follow the key. Only traced records have them: to what was written before
//                there were headers nothing has changed, and most records are as short as they were
//   write-index  records before this one in the same group, that is, sharing its fsync. The writer starts a group only after the fsync
//                of the one before, so a record proves that everything before (offset - write-index) had been durable. Recovery needs
//                exactly that to tell a torn last write (cut it) from damage to acknowledged records (never cut).
using System.Buffers.Binary;
using Analytics.Grains.Checksums;

namespace Analytics.Silo.Log.File;

/// <summary>Encodes and checks records.</summary>
internal static class RecordFormat
{
    public const int Version = 1;

    public const int HeaderBytes = PrefixBytes + BodyBytesMin;

    /// <summary>Largest record. Far above what the collector makes (1 MiB events); bounds what a damaged length makes a reader allocate.</summary>
    public const int RecordBytesMax = 64 * 1024 * 1024;

    private const int PrefixBytes = 8;
    private const int BodyBytesMin = 24;

    private const int HeadersLengthBytes = 4;
    private const int HeadersFlag = 1 << 31;

    /// <summary>Where the offset is in a record.</summary>
    private const int OffsetAt = 8;

    /// <summary>Where the length of the key is.</summary>
    private const int KeyLengthAt = 28;

    /// <summary>Bytes the record takes in a segment.</summary>
    public static long TotalBytes(in LogRecord record) => (long)HeaderBytes + record.Key.Length + HeadersBytes(record) + record.Value.Length;

    /// <summary>Writes everything but the checksum; <see cref="Seal"/> adds it.</summary>
    public static void Write(Span<byte> target, long offset, int writeIndex, in LogRecord record)
    {
        var headersBytes = HeadersBytes(record);
        BinaryPrimitives.WriteInt32LittleEndian(target, BodyBytesMin + record.Key.Length + headersBytes + record.Value.Length);
        BinaryPrimitives.WriteInt64LittleEndian(target[OffsetAt..], offset);
        BinaryPrimitives.WriteInt64LittleEndian(target[16..], record.TimestampMs);
        BinaryPrimitives.WriteInt32LittleEndian(target[24..], writeIndex);
        BinaryPrimitives.WriteInt32LittleEndian(target[KeyLengthAt..], record.Key.Length | (headersBytes > 0 ? HeadersFlag : 0));
        record.Key.Span.CopyTo(target[HeaderBytes..]);
        var rest = target[(HeaderBytes + record.Key.Length)..];
        if (headersBytes > 0)
        {
            BinaryPrimitives.WriteInt32LittleEndian(rest, record.Headers.Length);
            record.Headers.Span.CopyTo(rest[HeadersLengthBytes..]);
        }

        record.Value.Span.CopyTo(rest[headersBytes..]);
    }

    /// <summary>Puts the checksum into the record at the start of <paramref name="records"/>.</summary>
    /// <returns>Bytes of that record.</returns>
    public static int Seal(Span<byte> records)
    {
        var bodyBytes = BinaryPrimitives.ReadInt32LittleEndian(records);
        BinaryPrimitives.WriteUInt32LittleEndian(records[4..], Crc32C.Of(records.Slice(PrefixBytes, bodyBytes)));
        return PrefixBytes + bodyBytes;
    }

    /// <summary>The time in a record known to be intact.</summary>
    public static long PeekTimestampMs(ReadOnlySpan<byte> record) => BinaryPrimitives.ReadInt64LittleEndian(record[16..]);

    /// <summary>Bytes of the record that begins here; false when no record can begin so. Needs <see cref="HeaderBytes"/> bytes, checks no checksum.</summary>
    public static bool TryReadTotalBytes(ReadOnlySpan<byte> source, out int totalBytes)
    {
        var bodyBytes = BinaryPrimitives.ReadInt32LittleEndian(source);
        totalBytes = PrefixBytes + bodyBytes;
        return bodyBytes is >= BodyBytesMin and <= RecordBytesMax - PrefixBytes;
    }

    /// <summary>The offset a record beginning here claims to have: a cheap test before the checksum.</summary>
    public static long PeekOffset(ReadOnlySpan<byte> source) => BinaryPrimitives.ReadInt64LittleEndian(source[OffsetAt..]);

    /// <summary>Reads the header of a whole record; false when it is not intact.</summary>
    public static bool TryRead(ReadOnlySpan<byte> record, out RecordHeader header)
    {
        var keyLength = BinaryPrimitives.ReadInt32LittleEndian(record[KeyLengthAt..]);
        header = new RecordHeader(
            BinaryPrimitives.ReadInt64LittleEndian(record[OffsetAt..]),
            BinaryPrimitives.ReadInt64LittleEndian(record[16..]),
            BinaryPrimitives.ReadInt32LittleEndian(record[24..]),
            keyLength & ~HeadersFlag,
            record.Length);
        return Crc32C.Of(record[PrefixBytes..]) == BinaryPrimitives.ReadUInt32LittleEndian(record[4..])
            && header.KeyBytes <= record.Length - HeaderBytes
            && header.WriteIndex >= 0
            && header.WriteIndex <= header.Offset
            && (keyLength >= 0 || TryReadHeadersLength(record[HeaderBytes..], ref header));
    }

    /// <summary>The record in the payload that belongs to a header.</summary>
    /// <param name="header">The header.</param>
    /// <param name="payload">Key, headers and value.</param>
    public static LogRecord RecordOf(in RecordHeader header, ReadOnlyMemory<byte> payload)
    {
        var (key, rest) = (payload[..header.KeyBytes], payload[header.KeyBytes..]);
        return header.HeadersBytes == 0
            ? new LogRecord(key, rest, header.TimestampMs)
            : new LogRecord(key, rest[(HeadersLengthBytes + header.HeadersBytes)..], header.TimestampMs)
            {
                Headers = rest.Slice(HeadersLengthBytes, header.HeadersBytes),
            };
    }

    private static int HeadersBytes(in LogRecord record) => record.Headers.IsEmpty ? 0 : HeadersLengthBytes + record.Headers.Length;

    private static bool TryReadHeadersLength(ReadOnlySpan<byte> payload, ref RecordHeader header)
    {
        var rest = payload[header.KeyBytes..];
        if (rest.Length < HeadersLengthBytes)
        {
            return false;
        }

        header = header with { HeadersBytes = BinaryPrimitives.ReadInt32LittleEndian(rest) };
        return header.HeadersBytes > 0 && header.HeadersBytes <= rest.Length - HeadersLengthBytes;
    }
}
