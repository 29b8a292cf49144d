using System.Buffers.Binary;
using System.Text;

namespace Analytics.Tests.Telemetry;

/// <summary>The fields of one protobuf message, by number and in their order: enough of the format to read what an exporter sends.</summary>
internal sealed class ProtoFields
{
    private readonly List<(int Number, object Value)> _fields = [];

    public ProtoFields(ReadOnlySpan<byte> message)
    {
        while (!message.IsEmpty)
        {
            var tag = Varint(ref message);
            object value = (tag & 7) switch
            {
                0 => Varint(ref message),
                1 => BinaryPrimitives.ReadUInt64LittleEndian(Take(ref message, 8)),
                2 => Take(ref message, (int)Varint(ref message)).ToArray(),
                5 => (ulong)BinaryPrimitives.ReadUInt32LittleEndian(Take(ref message, 4)),
                _ => throw new InvalidDataException($"Wire type {tag & 7} is none of protobuf's."),
            };
            _fields.Add(((int)(tag >> 3), value));
        }
    }

    public IEnumerable<ProtoFields> Messages(int number) => Bytes(number).Select(bytes => new ProtoFields(bytes));

    public IEnumerable<byte[]> Bytes(int number) => _fields.Where(field => field.Number == number).Select(field => (byte[])field.Value);

    public string Text(int number) => Encoding.UTF8.GetString(Bytes(number).SingleOrDefault() ?? []);

    public string Hex(int number) => Convert.ToHexStringLower(Bytes(number).SingleOrDefault() ?? []);

    public ulong Number(int number) => (ulong)(_fields.Where(field => field.Number == number).Select(field => field.Value).SingleOrDefault() ?? 0UL);

    private static ReadOnlySpan<byte> Take(ref ReadOnlySpan<byte> message, int count)
    {
        var taken = message[..count];
        message = message[count..];
        return taken;
    }

    private static ulong Varint(ref ReadOnlySpan<byte> message)
    {
        var value = 0UL;
        for (var shift = 0; ; shift += 7)
        {
            var b = Take(ref message, 1)[0];
            value |= (ulong)(b & 127) << shift;
            if (b < 128)
            {
                return value;
            }
        }
    }
}
