using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Analytics.Grains.Configuration;

namespace Analytics.Grains.ClickHouse.Http;

/// <summary>Sends one statement to one server, once, and tells what became of it.</summary>
/// <remarks>
/// Nothing of a statement has happened if none of its request was sent. If some of it was and no whole answer came, the outcome is unknown. The client below never sends
/// a request with a body again by itself.
/// </remarks>
internal sealed class HttpTransport : IDisposable
{
    /// <summary>What the server needs to notice and report that a user's query has had its time.</summary>
    private static readonly TimeSpan QueryGrace = TimeSpan.FromSeconds(30);

    // ClickHouse's texts are short; a proxy's page is of no use beyond its beginning.
    private const int ErrorBytesMax = 256 * 1024;
    private const int ForeignCharsMax = 300;

    private readonly HttpClient _client;
    private readonly RequestWriter _requests;
    private readonly TimeProvider _time;
    private readonly TimeSpan _statementTime;
    private readonly TimeSpan _queryTime;
    private readonly int _connectSeconds;
    private readonly int _queryBytesMax;

    /// <summary>Makes the client.</summary>
    /// <param name="options">Checked already.</param>
    /// <param name="isCompressed">Whether bodies and answers are compressed.</param>
    /// <param name="time">The clock of the time-outs.</param>
    public HttpTransport(ClickHouseOptions options, bool isCompressed, TimeProvider time)
    {
        _requests = new RequestWriter(options, isCompressed);
        _time = time;
        _statementTime = TimeSpan.FromSeconds(options.StatementSecondsMax);
        _queryTime = TimeSpan.FromSeconds(options.QuerySecondsMax) + QueryGrace;
        _connectSeconds = options.ConnectSecondsMax;
        _queryBytesMax = (int)options.QueryBytesMax;
        _client = new HttpClient(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            ConnectTimeout = TimeSpan.FromSeconds(options.ConnectSecondsMax),

            // What a name means may change.
            PooledConnectionLifetime = TimeSpan.FromMinutes(10),
            UseCookies = false,
            UseProxy = false,
        })
        {
            Timeout = Timeout.InfiniteTimeSpan,
        };

        // Seen in the server's query_log.
        _client.DefaultRequestHeaders.UserAgent.Add(new ProductInfoHeaderValue("analytics", null));
    }

    /// <summary>Sends a statement and reads its answer.</summary>
    /// <param name="server">The server's address.</param>
    /// <param name="statement">The statement.</param>
    /// <param name="cancellationToken">Breaks it off; what has begun on the server may go on there.</param>
    /// <exception cref="ClickHouseAwayException">The server cannot be reached, or gave no whole answer in time.</exception>
    /// <exception cref="ClickHouseException">The server refused it.</exception>
    public async Task<byte[]> SendAsync(Uri server, HttpStatement statement, CancellationToken cancellationToken)
    {
        using var request = _requests.Write(server, statement, out var content);
        var timeMax = statement.Kind == StatementKind.UserQuery ? _queryTime : _statementTime;
        using var timeout = new CancellationTokenSource(timeMax, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            using var response = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token);
            return await ReadAsync(server, statement, response, either.Token);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancellationToken);
        }
        catch (OperationCanceledException e) when (timeout.IsCancellationRequested)
        {
            throw Away($"{Name(server)} has not answered within {timeMax.TotalSeconds:0} s.", statement, content, e, hasTimedOut: true);
        }
        catch (OperationCanceledException e)
        {
            throw Away($"{Name(server)} takes no connection within {_connectSeconds} s.", statement, content, e);
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            throw Away($"{Name(server)} {(content.HasBegun ? "broke the connection off" : "cannot be reached")}: {Innermost(e)}", statement, content, e);
        }
    }

    private static string Name(Uri server) => $"ClickHouse at {server.GetLeftPart(UriPartial.Authority)}";

    private static string Innermost(Exception e)
    {
        while (e.InnerException is { } inner)
        {
            e = inner;
        }

        return e.Message;
    }

    private static ClickHouseAwayException Away(string message, HttpStatement statement, StatementContent content, Exception inner, bool hasTimedOut = false) =>
        new(message, isOutcomeUnknown: content.HasBegun && !statement.IsReading, inner) { HasTimedOut = hasTimedOut };

    private async Task<byte[]> ReadAsync(Uri server, HttpStatement statement, HttpResponseMessage response, CancellationToken cancellationToken)
    {
        _ = int.TryParse(HeaderOf(response, ServerError.CodeHeader), NumberStyles.None, CultureInfo.InvariantCulture, out var code);
        if (code != 0 || response.StatusCode != HttpStatusCode.OK)
        {
            var error = await AnswerBody.ReadAsync(response, ErrorBytesMax, cancellationToken);
            throw ErrorOf(server, statement, response.StatusCode, Encoding.UTF8.GetString(error.Bytes), code);
        }

        var bytesMax = statement.Kind == StatementKind.UserQuery ? _queryBytesMax : Array.MaxLength - 1;
        var body = await AnswerBody.ReadAsync(response, bytesMax, cancellationToken);
        if (body.IsTooLong)
        {
            throw new ClickHouseException(
                EngineError.TooManyRowsOrBytes, $"The answer has more than {bytesMax} bytes: ask for fewer rows or columns.");
        }

        if (MidAnswerError.Find(body.Bytes, HeaderOf(response, MidAnswerError.TagHeader), body.Cut is not null) is { } text)
        {
            throw Refused(server, statement, ServerError.Parse(text, code));
        }

        if (body.Cut is { } cut)
        {
            throw new ClickHouseAwayException(
                $"{Name(server)} broke its answer off after {body.Bytes.Length} bytes: {Innermost(cut)}", !statement.IsReading, cut);
        }

        CheckWritten(server, statement, HeaderOf(response, InsertSummary.Header));
        return body.Bytes;
    }

    // Views attached to the table count too, so that more rows are no surprise.
    private static void CheckWritten(Uri server, HttpStatement statement, string? summary)
    {
        if (statement.Kind == StatementKind.Insert && InsertSummary.WrittenRows(summary) is { } written && written < statement.Rows)
        {
            throw new ClickHouseException(
                0, $"{Name(server)} says that it wrote {written} of {statement.Rows} rows.", isOutcomeUnknown: true);
        }
    }

    private static string? HeaderOf(HttpResponseMessage response, string name) =>
        response.Headers.TryGetValues(name, out var values) ? values.LastOrDefault() : null;

    private ClickHouseException ErrorOf(Uri server, HttpStatement statement, HttpStatusCode status, string text, int headerCode)
    {
        var error = ServerError.Parse(text, headerCode);
        if (error.Code != 0)
        {
            return Refused(server, statement, error);
        }

        var start = text.Trim();
        var words = $"{Name(server)} answered {(int)status}: {(start.Length > ForeignCharsMax ? start[..ForeignCharsMax] : start)}";
        return status switch
        {
            HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden =>
                new ClickHouseException(0, $"{Name(server)} does not let user '{_requests.UserOf(statement)}' in ({(int)status})."),

            // A proxy that has no server behind it, or none that answers it in time; the statement may have come through.
            HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout =>
                new ClickHouseAwayException(words, !statement.IsReading),
            HttpStatusCode.RequestTimeout => new ClickHouseException(0, words, !statement.IsReading),
            _ => new ClickHouseException(0, words, (int)status >= 500 && !statement.IsReading),
        };
    }

    private ClickHouseException Refused(Uri server, HttpStatement statement, (int Code, string Message) error) => ServerError.IsAuthentication(error.Code)
        ? new ClickHouseException(error.Code, $"{Name(server)} does not let user '{_requests.UserOf(statement)}' in: {error.Message}")
        : new ClickHouseException(error.Code, error.Message, ServerError.IsOutcomeUnknown(statement.Kind, error.Code, error.Message));

    /// <inheritdoc />
    public void Dispose() => _client.Dispose();
}
