using System.Buffers;
using System.Diagnostics.CodeAnalysis;

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
        _prefix = [.. "{\"project\":\""u8, .. project, .. "\",\"metric\":\""u8, .. Escape(metric), .. "\",\"fields\":"u8];
        Events = new BareEvents(project, metric, OverheadBytes);
    }

    /// <summary>What the fields belong to.</summary>
    public BareEvents Events { get; }

    /// <summary>The project, UTF-8.</summary>
    public ReadOnlyMemory<byte> Project => Events.Project;

    /// <summary>The metric, UTF-8, not escaped.</summary>
    public ReadOnlyMemory<byte> Metric => Events.Metric;

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
        var projectBytes = EventNames.ToUtf8(project);
        var metricBytes = EventNames.ToUtf8(metric);
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
