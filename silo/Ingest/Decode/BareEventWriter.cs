using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Unicode;

namespace Analytics.Silo.Ingest.Decode;

/// <summary>
/// Wraps bare field objects of one metric into envelopes, <c>{"project":"p","metric":"m","fields":…}</c>,
/// so that what goes into the log says by itself where it belongs. Immutable; safe from any thread.
/// </summary>
internal sealed class BareEventWriter
{
    private readonly byte[] _prefix;

    private BareEventWriter(byte[] project, byte[] metric)
    {
        Project = project;
        Metric = metric;
        _prefix = [.. "{\"project\":\""u8, .. project, .. "\",\"metric\":\""u8, .. Escape(metric), .. "\",\"fields\":"u8];
    }

    /// <summary>The project, UTF-8.</summary>
    public ReadOnlyMemory<byte> Project { get; }

    /// <summary>The metric, UTF-8, not escaped.</summary>
    public ReadOnlyMemory<byte> Metric { get; }

    /// <summary>Bytes an envelope adds to an item.</summary>
    public int OverheadBytes => _prefix.Length + 1;

    /// <summary>Makes a writer for one metric.</summary>
    /// <param name="project">Project name as it came from the address.</param>
    /// <param name="metric">Metric name as it came from the address, decoded.</param>
    /// <param name="writer">The writer, when both names are valid.</param>
    /// <param name="error">Which name is wrong, otherwise.</param>
    public static bool TryCreate(
        string project, string metric, [NotNullWhen(true)] out BareEventWriter? writer, [NotNullWhen(false)] out InputError? error)
    {
        // Half of a surrogate pair becomes bytes that are not UTF-8, which the check refuses.
        var projectBytes = ToUtf8(project);
        var metricBytes = ToUtf8(metric);
        error = EventNames.Check(projectBytes, metricBytes);
        writer = error is null ? new BareEventWriter(projectBytes, metricBytes) : null;
        return error is null;
    }

    /// <summary>Writes one item's envelope.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="item">The raw bytes of an item that the splitter found good; a refused one belongs into <see cref="RejectedInputs"/>.</param>
    public void Write(IBufferWriter<byte> output, ReadOnlySpan<byte> item)
    {
        var span = output.GetSpan(OverheadBytes + item.Length);
        _prefix.CopyTo(span);
        item.CopyTo(span[_prefix.Length..]);
        span[_prefix.Length + item.Length] = (byte)'}';
        output.Advance(OverheadBytes + item.Length);
    }

    private static byte[] ToUtf8(string text)
    {
        var bytes = new byte[Encoding.UTF8.GetMaxByteCount(text.Length)];
        var status = Utf8.FromUtf16(text, bytes, out _, out var written, replaceInvalidSequences: false);
        return status == OperationStatus.Done ? bytes[..written] : [0xFF];
    }

    // A valid name has no control characters, so these two are all JSON asks for.
    private static byte[] Escape(byte[] name)
    {
        var escaped = new List<byte>(name.Length);
        foreach (var b in name)
        {
            if (b is (byte)'"' or (byte)'\\')
            {
                escaped.Add((byte)'\\');
            }

            escaped.Add(b);
        }

        return [.. escaped];
    }
}
