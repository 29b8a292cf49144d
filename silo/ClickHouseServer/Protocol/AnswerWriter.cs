using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Threading.Channels;
using Analytics.Grains.ClickHouse;
using Analytics.Grains.ClickHouse.Embedded;
using Analytics.Silo.ClickHouseServer.Compression;
using Analytics.Silo.ClickHouseServer.Engine;
using Analytics.Silo.ClickHouseServer.Sql;

namespace Analytics.Silo.ClickHouseServer.Protocol;

/// <summary>Writes answers as ClickHouse does: its headers, and the bytes in whatever compression the client wants.</summary>
internal sealed class AnswerWriter(EngineFacts facts)
{
    private const string Prefix = "X-ClickHouse-";
    private const string TextType = "text/plain; charset=UTF-8";

    /// <summary>Between which an error stands at the end of an answer that had begun well, as ClickHouse 25.11 and newer have it.</summary>
    private const string Mark = "__exception__";

    private const int TagChars = 16;

    /// <summary>Sets what every answer has, errors too.</summary>
    public static void Begin(HttpResponse response, string queryId)
    {
        response.ContentType = TextType;
        response.Headers[Prefix + "Server-Display-Name"] = Environment.MachineName;
        response.Headers[Prefix + "Query-Id"] = queryId;
    }

    /// <summary>Writes a whole answer.</summary>
    public async Task WriteAsync(HttpResponse response, ServedRequest request, EngineAnswer answer, TimeSpan elapsed, CancellationToken cancellationToken)
    {
        var hasFormat = request.Data is null && (answer.Bytes.Length > 0 || StatementWords.IsQuestion(request.Sql));
        SetHeaders(response, request, hasFormat, answer.Counts, elapsed);
        var bytes = request.IsFramed ? CompressedFrames.Write(answer.Bytes) : answer.Bytes;
        if (request.Coding is null || bytes.Length == 0)
        {
            response.ContentLength = bytes.Length;
            await response.Body.WriteAsync(bytes, cancellationToken);
            return;
        }

        response.Headers.ContentEncoding = request.Coding.Name;
        await using var body = request.Coding.Wrap(response.Body);
        await body.WriteAsync(bytes, cancellationToken);
    }

    /// <summary>Writes an answer as its pieces come.</summary>
    /// <returns>The error that came when a part of the answer was out already: it stands at the end, and the connection must be broken off.</returns>
    /// <exception cref="ClickHouseException">The error that came before.</exception>
    public async Task<ClickHouseException?> StreamAsync(
        HttpResponse response, ServedRequest request, ChannelReader<byte[]> pieces, CancellationToken cancellationToken)
    {
        var isEmpty = !await pieces.WaitToReadAsync(cancellationToken);
        SetHeaders(response, request, hasFormat: true, default, TimeSpan.Zero);
        var tag = RandomNumberGenerator.GetString("abcdefghijklmnopqrstuvwxyz", TagChars);
        response.Headers[Prefix + "Exception-Tag"] = tag;
        if (isEmpty)
        {
            response.ContentLength = 0;
            return null;
        }

        if (request.Coding is null)
        {
            return await CopyAsync(response.Body, request, tag, pieces, cancellationToken);
        }

        response.Headers.ContentEncoding = request.Coding.Name;
        await using var body = request.Coding.Wrap(response.Body);
        return await CopyAsync(body, request, tag, pieces, cancellationToken);
    }

    private async Task<ClickHouseException?> CopyAsync(
        Stream body, ServedRequest request, string tag, ChannelReader<byte[]> pieces, CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var piece in pieces.ReadAllAsync(cancellationToken))
            {
                await body.WriteAsync(request.IsFramed ? CompressedFrames.Write(piece) : piece, cancellationToken);
            }

            return null;
        }
        catch (ClickHouseException exception)
        {
            var message = ErrorAnswer.TextOf(exception, facts.Version);
            var length = Encoding.UTF8.GetByteCount(message).ToString(CultureInfo.InvariantCulture);
            var text = Encoding.UTF8.GetBytes($"\r\n{Mark}\r\n{tag}\r\n{message}{length} {tag}\r\n{Mark}\r\n");
            await body.WriteAsync(request.IsFramed ? CompressedFrames.Write(text) : text, cancellationToken);
            await body.FlushAsync(cancellationToken);
            return exception;
        }
    }

    private void SetHeaders(HttpResponse response, ServedRequest request, bool hasFormat, EngineCounts counts, TimeSpan elapsed)
    {
        if (hasFormat)
        {
            response.ContentType = request.Format.ContentType;
            response.Headers[Prefix + "Format"] = request.Format.Name;
        }

        var zone = request.Settings.FirstOrDefault(setting => setting.Key == "session_timezone").Value;
        response.Headers[Prefix + "Timezone"] = !string.IsNullOrEmpty(zone) && zone.All(c => c is > ' ' and <= '~') ? zone : facts.Timezone;
        response.Headers[Prefix + "Summary"] = Summary(counts, elapsed);
    }

    /// <summary>Numbers are texts, as ClickHouse has them. How many rows there are to read the engine does not say here.</summary>
    private static string Summary(EngineCounts counts, TimeSpan elapsed) => string.Create(
        CultureInfo.InvariantCulture,
        $$"""{"read_rows":"{{counts.RowsRead}}","read_bytes":"{{counts.BytesRead}}","written_rows":"{{counts.RowsWritten}}","written_bytes":"{{counts.BytesWritten}}","total_rows_to_read":"0","result_rows":"{{ResultRows(counts)}}","result_bytes":"{{ResultBytes(counts)}}","elapsed_ns":"{{elapsed.Ticks * TimeSpan.NanosecondsPerTick}}"}""");

    // Of an insert, ClickHouse's result are the rows written.
    private static ulong ResultRows(EngineCounts counts) => counts.RowsWritten > 0 ? counts.RowsWritten : counts.ResultRows;

    private static ulong ResultBytes(EngineCounts counts) => counts.RowsWritten > 0 ? counts.BytesWritten : counts.ResultBytes;
}
