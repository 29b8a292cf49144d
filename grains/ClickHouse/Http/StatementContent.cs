using System.IO.Compression;
using System.Net;

namespace Analytics.Grains.ClickHouse.Http;

/// <summary>The body of a request. It is sent once, and knows whether any of the request was sent: without that the server has done nothing.</summary>
/// <param name="text">The statement, or the part of it that is in the body.</param>
/// <param name="block">What follows it.</param>
/// <param name="isCompressed">Whether both are sent in gzip, compressed while they are.</param>
internal sealed class StatementContent(ReadOnlyMemory<byte> text, ReadOnlyMemory<byte> block, bool isCompressed) : HttpContent
{
    private int _begun;

    /// <summary>Whether sending has begun. Headers leave together with the first bytes of the body, never before.</summary>
    public bool HasBegun => Volatile.Read(ref _begun) != 0;

    /// <inheritdoc />
    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    /// <inheritdoc />
    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        if (Interlocked.Exchange(ref _begun, 1) != 0)
        {
            // An insert that is sent twice is there twice.
            throw new InvalidOperationException("The body of a statement is sent once.");
        }

        if (!isCompressed)
        {
            await WriteAsync(stream, cancellationToken);
            return;
        }

        await using var gzip = new GZipStream(stream, CompressionLevel.Fastest, leaveOpen: true);
        await WriteAsync(gzip, cancellationToken);
    }

    /// <inheritdoc />
    protected override bool TryComputeLength(out long length)
    {
        length = isCompressed ? 0 : text.Length + block.Length;
        return !isCompressed;
    }

    private async Task WriteAsync(Stream stream, CancellationToken cancellationToken)
    {
        await stream.WriteAsync(text, cancellationToken);
        await stream.WriteAsync(block, cancellationToken);
    }
}
