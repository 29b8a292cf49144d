using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Analytics.Silo.Ingest.Decode;

/// <summary>
/// A message of inputs that the collector has refused already: each becomes exactly one dead letter, with the code and the reason the caller
/// was told. (Written as they are, cut into lines anew, some broken bytes would read as several inputs, or as an event of another metric.)
/// </summary>
/// <remarks>
/// Layout: the magic bytes, then for each input five times a 4-byte little-endian length and as many bytes (code, reason, project, metric, raw),
/// and the 4-byte size of the raw input before it was cut. No JSON and no gzip begins like this.
/// </remarks>
internal static class RejectedInputs
{
    private const int LengthBytes = 4;

    private static ReadOnlySpan<byte> Magic => "\u0001RJ1"u8;

    /// <summary>Begins a message.</summary>
    public static void Begin(IBufferWriter<byte> output) => output.Write(Magic);

    /// <summary>Adds one refused input to the message.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="error">What was wrong.</param>
    /// <param name="raw">The input's bytes.</param>
    /// <param name="rawBytesMax">Bytes of it that are kept; no use in more than dead letters keep.</param>
    /// <param name="project">The project it was sent to, when that is known, else empty.</param>
    /// <param name="metric">The metric, likewise.</param>
    public static void Add(
        IBufferWriter<byte> output, InputError error, ReadOnlySpan<byte> raw, int rawBytesMax, ReadOnlySpan<byte> project, ReadOnlySpan<byte> metric)
    {
        Add(output, Encoding.UTF8.GetBytes(error.Code));
        Add(output, Encoding.UTF8.GetBytes(error.Message));
        Add(output, project);
        Add(output, metric);
        Add(output, raw[..Math.Min(raw.Length, rawBytesMax)]);
        AddLength(output, raw.Length);
    }

    /// <summary>Whether a message is one of these.</summary>
    public static bool Is(ReadOnlySpan<byte> message) => message.StartsWith(Magic);

    /// <summary>Tells a sink of each input of a message. What does not have the layout is one refused input more.</summary>
    public static void Read<TSink>(ReadOnlySpan<byte> message, ref TSink sink)
        where TSink : struct, IEventSink
    {
        var rest = message[Magic.Length..];
        var index = 0;
        do
        {
            var start = message.Length - rest.Length;
            if (TryTake(ref rest, out var code) && TryTake(ref rest, out var reason) && TryTake(ref rest, out var project)
                && TryTake(ref rest, out var metric) && TryTake(ref rest, out var raw) && TryTakeLength(ref rest, out var rawSize))
            {
                var error = new InputError(Encoding.UTF8.GetString(code), Encoding.UTF8.GetString(reason));
                sink.Reject(new InputRange(index++, start, rawSize), raw, error, project, metric);
                continue;
            }

            sink.Reject(new InputRange(index, start, message.Length - start), message[start..], MessageErrors.NotObject(message), default, default);
            return;
        }
        while (!rest.IsEmpty);
    }

    private static void Add(IBufferWriter<byte> output, ReadOnlySpan<byte> bytes)
    {
        AddLength(output, bytes.Length);
        output.Write(bytes);
    }

    private static void AddLength(IBufferWriter<byte> output, int length)
    {
        BinaryPrimitives.WriteInt32LittleEndian(output.GetSpan(LengthBytes), length);
        output.Advance(LengthBytes);
    }

    private static bool TryTake(ref ReadOnlySpan<byte> rest, out ReadOnlySpan<byte> bytes)
    {
        bytes = default;
        if (!TryTakeLength(ref rest, out var length) || length > rest.Length)
        {
            return false;
        }

        bytes = rest[..length];
        rest = rest[length..];
        return true;
    }

    private static bool TryTakeLength(ref ReadOnlySpan<byte> rest, out int length)
    {
        length = -1;
        if (rest.Length >= LengthBytes)
        {
            length = BinaryPrimitives.ReadInt32LittleEndian(rest);
            rest = rest[LengthBytes..];
        }

        return length >= 0;
    }
}
