using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Analytics.Silo.Ingest.Decode;

/// <summary>
/// A message of inputs that are refused already, by the collector or by a table: each becomes exactly one dead letter, with the code and the
/// reason that were told. (Written as they are, cut into lines anew, some broken bytes would read as several inputs, or as an event of another metric.)
/// </summary>
/// <remarks>
/// Layout: the magic bytes, then for each input six times a 4-byte little-endian length and as many bytes (code, reason, project, metric, raw, id),
/// the 4-byte size of the raw input before it was cut, and 4 bytes for its form (0 an event, 1 bare fields). Messages of the first version have
/// other magic bytes, no id and no form. No JSON and no gzip begins like either.
/// </remarks>
internal static class RejectedInputs
{
    /// <summary>Bytes of one input besides those of its texts.</summary>
    public const int OverheadBytes = 8 * LengthBytes;

    private const int LengthBytes = 4;

    private static ReadOnlySpan<byte> FirstMagic => "\u0001RJ1"u8;

    private static ReadOnlySpan<byte> Magic => "\u0001RJ2"u8;

    /// <summary>Begins a message.</summary>
    public static void Begin(IBufferWriter<byte> output) => output.Write(Magic);

    /// <summary>Adds one refused input to the message.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="letter">What its dead letter says; the form is an event when it is not known.</param>
    /// <param name="rawSize">Size of the input before it was cut.</param>
    public static void Add(IBufferWriter<byte> output, scoped in DeadLetter letter, int rawSize)
    {
        Add(output, Encoding.UTF8.GetBytes(letter.Error.Code));
        Add(output, Encoding.UTF8.GetBytes(letter.Error.Message));
        Add(output, letter.Project);
        Add(output, letter.Metric);
        Add(output, letter.Raw);
        Add(output, letter.Id);
        AddNumber(output, rawSize);
        AddNumber(output, letter.IsBare == true ? 1 : 0);
    }

    /// <summary>Whether a message is one of these.</summary>
    public static bool Is(ReadOnlySpan<byte> message) => message.StartsWith(Magic) || message.StartsWith(FirstMagic);

    /// <summary>Tells a sink of each input of a message. What does not have the layout is one refused input more.</summary>
    public static void Read(ReadOnlySpan<byte> message, ref ColumnSink sink)
    {
        var isFirst = message.StartsWith(FirstMagic);
        var rest = message[Magic.Length..];
        var index = 0;
        do
        {
            var start = message.Length - rest.Length;
            if (TryTake(ref rest, isFirst, out var letter, out var rawSize))
            {
                sink.Reject(new InputRange(index++, start, rawSize), letter);
                continue;
            }

            sink.Reject(new InputRange(index, start, message.Length - start), message[start..], MessageErrors.NotObject(message), default, default);
            return;
        }
        while (!rest.IsEmpty);
    }

    private static bool TryTake(ref ReadOnlySpan<byte> rest, bool isFirst, out DeadLetter letter, out int rawSize)
    {
        letter = default;
        rawSize = 0;
        if (!TryTake(ref rest, out var code) || !TryTake(ref rest, out var reason) || !TryTake(ref rest, out var project)
            || !TryTake(ref rest, out var metric) || !TryTake(ref rest, out var raw) || !TryTake(ref rest, out var id, isThere: !isFirst)
            || !TryTakeNumber(ref rest, out rawSize))
        {
            return false;
        }

        var form = 0;
        if (!isFirst && !TryTakeNumber(ref rest, out form))
        {
            return false;
        }

        letter = new DeadLetter
        {
            Error = new InputError(Encoding.UTF8.GetString(code), Encoding.UTF8.GetString(reason)),
            Raw = raw,
            Project = project,
            Metric = metric,
            Id = id,
            IsBare = isFirst ? null : form == 1,
        };
        return true;
    }

    private static void Add(IBufferWriter<byte> output, scoped ReadOnlySpan<byte> bytes)
    {
        AddNumber(output, bytes.Length);
        output.Write(bytes);
    }

    private static void AddNumber(IBufferWriter<byte> output, int number)
    {
        BinaryPrimitives.WriteInt32LittleEndian(output.GetSpan(LengthBytes), number);
        output.Advance(LengthBytes);
    }

    private static bool TryTake(ref ReadOnlySpan<byte> rest, out ReadOnlySpan<byte> bytes, bool isThere = true)
    {
        bytes = default;
        if (!isThere)
        {
            return true;
        }

        if (!TryTakeNumber(ref rest, out var length) || length > rest.Length)
        {
            return false;
        }

        bytes = rest[..length];
        rest = rest[length..];
        return true;
    }

    private static bool TryTakeNumber(ref ReadOnlySpan<byte> rest, out int number)
    {
        number = -1;
        if (rest.Length >= LengthBytes)
        {
            number = BinaryPrimitives.ReadInt32LittleEndian(rest);
            rest = rest[LengthBytes..];
        }

        return number >= 0;
    }
}
