using System.IO.Compression;

namespace Analytics.Tests.Http;

/// <summary>Compresses as senders do.</summary>
internal static class Pack
{
    public static byte[] Gzip(ReadOnlySpan<byte> bytes) => With(bytes, stream => new GZipStream(stream, CompressionLevel.Optimal));

    public static byte[] Zlib(ReadOnlySpan<byte> bytes) => With(bytes, stream => new ZLibStream(stream, CompressionLevel.Optimal));

    public static byte[] Deflate(ReadOnlySpan<byte> bytes) => With(bytes, stream => new DeflateStream(stream, CompressionLevel.Optimal));

    public static byte[] Brotli(ReadOnlySpan<byte> bytes) => With(bytes, stream => new BrotliStream(stream, CompressionLevel.Fastest));

    public static byte[] As(string coding, ReadOnlySpan<byte> bytes) => coding switch
    {
        "gzip" => Gzip(bytes),
        "deflate" => Zlib(bytes),
        "br" => Brotli(bytes),
        _ => bytes.ToArray(),
    };

    private static byte[] With(ReadOnlySpan<byte> bytes, Func<Stream, Stream> pack)
    {
        using var packed = new MemoryStream();
        using (var stream = pack(packed))
        {
            stream.Write(bytes);
        }

        return packed.ToArray();
    }
}
