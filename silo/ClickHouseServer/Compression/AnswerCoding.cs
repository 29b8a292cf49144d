using System.IO.Compression;
using Microsoft.Extensions.Primitives;

namespace Analytics.Silo.ClickHouseServer.Compression;

/// <summary>How HTTP compresses an answer.</summary>
/// <param name="Name">As in <c>Content-Encoding</c>.</param>
/// <param name="Wrap">Makes a stream that compresses into another one and leaves that open.</param>
internal sealed record AnswerCoding(string Name, Func<Stream, Stream> Wrap)
{
    // In the order they are preferred in. Fastest: answers are made to be sent, and networks are quick.
    private static readonly AnswerCoding[] All =
    [
        new("br", stream => new BrotliStream(stream, CompressionLevel.Fastest, leaveOpen: true)),
        new("gzip", stream => new GZipStream(stream, CompressionLevel.Fastest, leaveOpen: true)),
        new("deflate", stream => new ZLibStream(stream, CompressionLevel.Fastest, leaveOpen: true)),
    ];

    /// <summary>The coding a client understands; <see langword="null"/> when there is none.</summary>
    /// <param name="acceptEncoding">The header <c>Accept-Encoding</c>.</param>
    public static AnswerCoding? Choose(StringValues acceptEncoding)
    {
        var accepted = acceptEncoding.ToString().Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return Array.Find(All, coding => Array.Exists(accepted, text => Accepts(text, coding.Name)));
    }

    private static bool Accepts(string text, string name)
    {
        var parts = text.Split(';', StringSplitOptions.TrimEntries);
        return parts[0].Equals(name, StringComparison.OrdinalIgnoreCase) && !Array.Exists(parts, part => part is "q=0" or "q=0.0" or "q=0.00" or "q=0.000");
    }
}
