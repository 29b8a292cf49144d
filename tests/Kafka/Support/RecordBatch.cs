using System.Buffers.Binary;
using System.Numerics;
using System.Text;

namespace Analytics.Tests.Kafka;

/// <summary>A record batch of today's format, byte for byte, also one that no producer would make.</summary>
internal sealed record RecordBatch
{
    /// <summary>Attribute: what it holds are marks of a transaction's end, no messages.</summary>
    public const short Control = 0x30;

    /// <summary>Attribute: compressed with gzip.</summary>
    public const short Gzip = 1;

    private const int CrcPosition = 17;
    private const byte Magic = 2;

    /// <summary>Bits that say what it is.</summary>
    public short Attributes { get; init; }

    /// <summary>When its records are from.</summary>
    public long TimestampMs { get; init; } = 1_700_000_000_000;

    /// <summary>Whether its checksum is wrong.</summary>
    public bool IsBroken { get; init; }

    /// <summary>Keys and values of the records, a null key is none.</summary>
    public IReadOnlyList<(byte[]? Key, byte[] Value)> Records { get; init; } = [];

    /// <summary>Instead of records: the bytes that stand where they would be.</summary>
    public byte[]? Body { get; init; }

    /// <summary>The mark of a commit, or of an abort.</summary>
    public static RecordBatch Mark(bool isCommit) => new()
    {
        Attributes = Control,
        Records = [([0, 0, 0, (byte)(isCommit ? 1 : 0)], [0, 0, 0, 0, 0, 0])],
    };

    /// <summary>A batch of texts.</summary>
    public static RecordBatch Of(params string[] values) => new() { Records = [.. values.Select(value => ((byte[]?)null, Encoding.UTF8.GetBytes(value)))] };

    /// <summary>Its bytes.</summary>
    public byte[] ToBytes()
    {
        const long NoProducer = -1;
        const int HeaderBytes = 12;
        var records = Body is null ? new BigEndianBuffer().Raw([.. Records.SelectMany(Record)]) : new BigEndianBuffer().Raw(Body);
        var last = Math.Max(1, Records.Count) - 1;
        var bytes = new BigEndianBuffer().Int64(0).Int32(0).Int32(0).Raw(Magic).Int32(0)
            .Int16(Attributes).Int32(last).Int64(TimestampMs).Int64(TimestampMs).Int64(NoProducer).Int16(-1).Int32(-1).Int32(last + 1)
            .Append(records).ToArray();
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(8), bytes.Length - HeaderBytes);
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(CrcPosition), Crc(bytes.AsSpan(CrcPosition + 4)) ^ (IsBroken ? 1u : 0));
        return bytes;
    }

    private static IEnumerable<byte> Record((byte[]? Key, byte[] Value) record, int index)
    {
        byte[] body =
        [
            0, .. Varint(0), .. Varint(index), .. Varint(record.Key?.Length ?? -1), .. record.Key ?? [], .. Varint(record.Value.Length), .. record.Value, .. Varint(0),
        ];
        return [.. Varint(body.Length), .. body];
    }

    private static IEnumerable<byte> Varint(int value)
    {
        var zigzag = (uint)((value << 1) ^ (value >> 31));
        for (; zigzag >= 0x80; zigzag >>= 7)
        {
            yield return (byte)(zigzag | 0x80);
        }

        yield return (byte)zigzag;
    }

    private static uint Crc(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var b in bytes)
        {
            crc = BitOperations.Crc32C(crc, b);
        }

        return ~crc;
    }
}
