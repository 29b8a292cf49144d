using System.Globalization;
using System.Threading.Channels;
using Analytics.Grains.ClickHouse;
using Analytics.Grains.ClickHouse.Embedded;
using Analytics.Silo.ClickHouseServer.Engine;
using Analytics.Silo.ClickHouseServer.Protocol;

namespace Analytics.Silo.ClickHouseServer;

/// <summary>Answers requests of ClickHouse's HTTP protocol: pings without asking who it is, everything else from the engine.</summary>
internal sealed partial class RequestHandler(ServerParts parts, ILogger<RequestHandler> logger, TimeProvider time)
{
    /// <summary>Pieces of an answer that wait to be sent, besides the one that is: the engine goes on meanwhile.</summary>
    private const int PiecesWaitingMax = 2;

    // What was written last is on its way by then; breaking the connection off would drop what is not.
    private static readonly TimeSpan LastWordsTime = TimeSpan.FromMilliseconds(200);

    /// <summary>Answers one request; does not throw.</summary>
    public async Task HandleAsync(HttpContext context)
    {
        var (request, response) = (context.Request, context.Response);
        var isQuestion = HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method);
        if (request.Path == "/ping" || request.Path == "/replicas_status" || (isQuestion && request.Path == "/" && !request.QueryString.HasValue))
        {
            await WriteTextAsync(response, StatusCodes.Status200OK, "Ok.\n", context.RequestAborted);
        }
        else if (request.Path != "/" && request.Path != "/query")
        {
            await WriteTextAsync(
                response, StatusCodes.Status404NotFound,
                $"There is no handle {request.Path}. Use / or /ping for health checks. Send queries with POST to /, or with GET /?query=….\n", context.RequestAborted);
        }
        else if (isQuestion || HttpMethods.IsPost(request.Method) || HttpMethods.IsPut(request.Method))
        {
            await AnswerAsync(context);
        }
        else
        {
            response.Headers.Allow = "GET, HEAD, POST, PUT";
            await WriteTextAsync(response, StatusCodes.Status405MethodNotAllowed, $"{request.Method} is not a method for queries.\n", context.RequestAborted);
        }
    }

    private async Task AnswerAsync(HttpContext context)
    {
        var start = time.GetTimestamp();
        var parameters = RequestParameters.Of(context.Request.QueryString);
        var queryId = RequestReader.IdOf(context.Request, parameters);
        var active = parts.Instruments.Begin();
        AnswerWriter.Begin(context.Response, queryId);
        try
        {
            var user = parts.Users.Authenticate(Credentials.Of(context.Request, parameters));
            RequireRoom(active);
            await RunAsync(context, parameters, user, start);
        }
        catch (ClickHouseException exception)
        {
            await FailAsync(context, exception);
        }
        catch (BadHttpRequestException exception)
        {
            await FailAsync(context, new ClickHouseException(ErrorCodes.BadArguments, exception.Message));
        }
        catch (Exception exception) when (exception is OperationCanceledException or IOException && context.RequestAborted.IsCancellationRequested)
        {
            // The client has gone; there is nobody to answer.
        }
        catch (Exception exception)
        {
            LogFailure(logger, queryId, exception);
            await FailAsync(context, new ClickHouseException(ErrorCodes.UnknownException, "The server failed; its log says why."));
        }
        finally
        {
            parts.Instruments.End(time.GetElapsedTime(start));
        }
    }

    private void RequireRoom(int active)
    {
        if (active > parts.Options.ServeRequestsMax)
        {
            throw new ClickHouseException(
                ErrorCodes.TooManySimultaneousQueries,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"Too many simultaneous queries. Maximum: {parts.Options.ServeRequestsMax} (Analytics:ClickHouse:ServeRequestsMax)."));
        }
    }

    private async Task RunAsync(HttpContext context, RequestParameters parameters, ServedUser user, long start)
    {
        var bytesMax = user.Access == ServedAccess.Full ? long.MaxValue : (long)RequestBodies.ReaderFactor * parts.Options.ServeQueryBytesMax;

        // Given back only when the engine has done with it: an insert reads its data there.
        using var body = await parts.Bodies.ReadAsync(context.Request, parameters.IsOn("decompress"), bytesMax, context.RequestAborted);
        var data = body.Written;
        if (FormParts.BoundaryOf(context.Request) is { } boundary)
        {
            await FormParts.AddAsync(parameters, boundary, data, context.RequestAborted);
            data = ReadOnlyMemory<byte>.Empty;
        }

        var request = parts.Requests.Read(context.Request, parameters, user, data);
        if (ServedEngine.CanStream(request))
        {
            await StreamAsync(context, request);
            return;
        }

        var answer = await AskAsync(request, context.RequestAborted);
        parts.Instruments.Written(answer.Counts.RowsWritten);
        await parts.Answers.WriteAsync(context.Response, request, answer, time.GetElapsedTime(start), context.RequestAborted);
    }

    private async Task<EngineAnswer> AskAsync(ServedRequest request, CancellationToken cancellationToken)
    {
        var session = request.Session is null ? null : parts.Sessions.Take(request.Session);
        try
        {
            return await parts.Threads.RunAsync(() =>
            {
                cancellationToken.ThrowIfCancellationRequested();
                return parts.Engine.Run(request, session);
            });
        }
        finally
        {
            if (session is not null)
            {
                parts.Sessions.Give(request.Session!, session);
            }
        }
    }

    private async Task StreamAsync(HttpContext context, ServedRequest request)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        var pieces = Channel.CreateBounded<byte[]>(new BoundedChannelOptions(PiecesWaitingMax) { SingleReader = true, SingleWriter = true });
        var run = parts.Threads.RunAsync(() => Produce(request, pieces.Writer, stop.Token));
        try
        {
            if (await parts.Answers.StreamAsync(context.Response, request, pieces.Reader, stop.Token) is { } error)
            {
                // Half an answer is out: breaking the connection off is the only way left to say that it is not whole.
                parts.Instruments.Failed(ErrorAnswer.CodeOf(error));
                await Task.Delay(LastWordsTime, time, stop.Token);
                context.Abort();
            }
        }
        finally
        {
            await stop.CancelAsync();
            await run;
        }
    }

    private bool Produce(ServedRequest request, ChannelWriter<byte[]> pieces, CancellationToken cancellationToken)
    {
        try
        {
            cancellationToken.ThrowIfCancellationRequested();
            parts.Engine.Stream(request, pieces, cancellationToken);
            return pieces.TryComplete();
        }
        catch (Exception exception)
        {
            // Whoever reads the pieces gets it.
            return pieces.TryComplete(exception);
        }
    }

    private async Task FailAsync(HttpContext context, ClickHouseException exception)
    {
        parts.Instruments.Failed(ErrorAnswer.CodeOf(exception));
        if (context.Response.HasStarted)
        {
            context.Abort();
            return;
        }

        try
        {
            await ErrorAnswer.WriteAsync(context.Response, exception, parts.Facts.Version, context.RequestAborted);
        }
        catch (Exception gone) when (gone is OperationCanceledException or IOException)
        {
            // There is nobody to tell.
        }
    }

    private static async Task WriteTextAsync(HttpResponse response, int status, string text, CancellationToken cancellationToken)
    {
        var bytes = System.Text.Encoding.UTF8.GetBytes(text);
        response.StatusCode = status;
        response.ContentType = "text/html; charset=UTF-8";
        response.ContentLength = bytes.Length;
        await response.Body.WriteAsync(bytes, cancellationToken);
    }
}
