using Analytics.Grains.Telemetry;
using Analytics.Silo.Http.Answers;
using Analytics.Silo.Ingest.Decode;
using Analytics.Silo.Log;
using Microsoft.Extensions.ObjectPool;

namespace Analytics.Silo.Http.Collect;

/// <summary>
/// Takes events over HTTP: body → verdicts → log records → 202 once all of them are durable. What could be read and refused is in the log, too,
/// and becomes dead letters there; of a request answered with 413, 415, 429 or 503 nothing was promised.
/// </summary>
internal sealed partial class Collector(
    BodyIntake intake,
    RecordCutter cutter,
    BodyMemory memory,
    IEventLog log,
    ObjectPool<CollectScratch> scratches,
    CollectorInstruments instruments,
    HttpOptions options,
    TimeProvider time,
    ILogger<Collector> logger)
{
    // Appends of one request under way at once: enough to share every fsync, few enough that a body of nothing but errors stays cheap.
    private const int AppendsMax = 1024;

    // Bytes that a found event costs while its body is cut; an event has one brace at least.
    private const int FoundBytes = 64;

    // Between two lines of log output about appends that fail.
    private static readonly TimeSpan TellInterval = TimeSpan.FromSeconds(1);

    private long _toldAt;

    /// <summary><c>POST /v1/events</c>.</summary>
    public Task PostEventsAsync(HttpContext context) => PostAsync(context, null);

    /// <summary><c>POST /v1/projects/{p}/metrics/{m}/events</c>.</summary>
    public Task PostBareEventsAsync(HttpContext context, string projectValue, string metricValue)
    {
        var project = RouteNames.Project(context, projectValue);
        var metric = RouteNames.Metric(context, metricValue);
        return BareEventWriter.TryCreate(project, metric, out var bare, out var error)
            ? PostAsync(context, bare)
            : RefuseAsync(context, new Problem(StatusCodes.Status400BadRequest, error.Code, error.Message));
    }

    private async Task PostAsync(HttpContext context, BareEventWriter? bare)
    {
        using var body = await intake.ReadAsync(context);
        if (body.Problem is { } problem)
        {
            await RefuseBodyAsync(context, body.Body, bare, problem);
            return;
        }

        if (log.WritablePartitions.Count == 0)
        {
            await RefuseAsync(context, Unavailable(ProblemCodes.LogUnavailable, "The log has not been reached yet."));
            return;
        }

        using var cut = new CutBody(memory);
        if (Cut(body.Body!.Written, bare, cut) is { } refusal)
        {
            await RefuseAsync(context, refusal);
            return;
        }

        var start = time.GetTimestamp();
        if (await AppendAsync(cut.Records) is { } failure)
        {
            await RefuseAsync(context, failure);
            return;
        }

        instruments.Taken(cut.Accepted, body.Body.Length, cut.Records.Count, time.GetElapsedTime(start));
        if (cut.RejectedByCode is { } rejected)
        {
            foreach (var (code, count) in rejected)
            {
                instruments.Rejected(count, code);
            }
        }

        await CollectAnswer.WriteAsync(context, cut);
    }

    private Problem? Cut(ReadOnlyMemory<byte> body, BareEventWriter? bare, CutBody cut)
    {
        // Small bodies, nearly all, need no count.
        var foundBytes = body.Length < FoundBytes * 1024 ? 0L : FoundBytes * (long)body.Span.Count((byte)'{');
        if (foundBytes > memory.BytesMax / 2)
        {
            return new Problem(
                StatusCodes.Status413PayloadTooLarge, ProblemCodes.BodyTooLarge, "The body has more events than memory for them; send them in several requests.");
        }

        if (!cut.TryTake(foundBytes))
        {
            return BodyProblems.TooManyBodies(memory, options.RetryAfterSeconds);
        }

        var scratch = scratches.Get();
        try
        {
            return cutter.TryCut(body, bare, scratch, log.WritablePartitions, cut) ? null : BodyProblems.TooManyBodies(memory, options.RetryAfterSeconds);
        }
        finally
        {
            scratches.Return(scratch);
        }
    }

    /// <summary>Appends all records and waits for all of them, whatever happens: their memory must not be given back before.</summary>
    /// <returns><see langword="null"/>, or why not all of them are durable.</returns>
    private async ValueTask<Problem?> AppendAsync(List<PendingRecord> records)
    {
        using var span = PipelineTrace.Append(records.Count);
        try
        {
            var headers = LogTrace.HeadersOf(span);
            var receivedMs = time.GetUtcNow().ToUnixTimeMilliseconds();
            if (records.Count == 1)
            {
                await AppendOneAsync(records[0], receivedMs, headers);
                return null;
            }

            for (var first = 0; first < records.Count; first += AppendsMax)
            {
                var appends = new Task[Math.Min(AppendsMax, records.Count - first)];
                for (var i = 0; i < appends.Length; i++)
                {
                    appends[i] = AppendOneAsync(records[first + i], receivedMs, headers).AsTask();
                }

                await Task.WhenAll(appends);
            }

            return null;
        }
        catch (EventLogFullException exception)
        {
            span.Fail(exception);
            return Unavailable(ProblemCodes.LogFull, $"The log is full: {exception.Message}");
        }
        catch (EventLogRecordTooLargeException exception)
        {
            span.Fail(exception);
            return new Problem(StatusCodes.Status413PayloadTooLarge, InputErrorCodes.EventTooLarge, exception.Message);
        }
        catch (Exception exception) when (exception is EventLogException or ObjectDisposedException)
        {
            span.Fail(exception);
            TellOfFailure(records.Count, exception);
            return Unavailable(ProblemCodes.LogUnavailable, "The log could not make the events durable.");
        }
    }

    // Asynchronous itself, so that what the log throws at once does not leave earlier appends unwatched. No cancellation: a record whose
    // append was given up on could still be read from memory that is another request's by then.
    private async ValueTask AppendOneAsync(PendingRecord record, long receivedMs, ReadOnlyMemory<byte> headers) =>
        await log.AppendAsync(record.Partition, new LogRecord(record.Key, record.Value, receivedMs) { Headers = headers }, CancellationToken.None);

    // While the log takes nothing, every request would say the same: the counter of refusals has them all, the output some.
    private void TellOfFailure(int records, Exception exception)
    {
        var now = time.GetTimestamp();
        var last = Volatile.Read(ref _toldAt);
        if ((last == 0 || time.GetElapsedTime(last, now) >= TellInterval) && Interlocked.CompareExchange(ref _toldAt, now, last) == last)
        {
            LogAppendFailed(logger, records, exception);
        }
    }

    private Problem Unavailable(string code, string detail) => new(
        StatusCodes.Status503ServiceUnavailable, code, detail + " Some of them may be in it all the same; events with an id can be sent again without harm.")
    {
        RetryAfterSeconds = options.RetryAfterSeconds,
    };

    // Bytes that came whole and can never be read are kept as a dead letter.
    private async Task RefuseBodyAsync(HttpContext context, BodyBuffer? raw, BareEventWriter? bare, Problem problem)
    {
        // Without a log nothing is promised, as little as of a body that did not come whole.
        if (raw is null || log.WritablePartitions.Count == 0)
        {
            await RefuseAsync(context, problem);
            return;
        }

        var record = cutter.Refused(new InputError(problem.Code, problem.Detail), raw.Written.Span, bare, log.WritablePartitions);
        if (await AppendAsync([record]) is { } failure)
        {
            await RefuseAsync(context, failure);
            return;
        }

        instruments.Rejected(1, problem.Code);
        await problem.WriteAsync(context);
    }

    private Task RefuseAsync(HttpContext context, Problem problem)
    {
        instruments.Refused(problem.Code);
        return problem.WriteAsync(context);
    }
}
