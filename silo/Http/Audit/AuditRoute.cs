using System.Text.Json;
using Analytics.GrainInterfaces.Batches;
using Analytics.Grains.ClickHouse;
using Analytics.Grains.Configuration;
using Analytics.Silo.Audit;
using Analytics.Silo.Http.Answers;
using Analytics.Silo.Http.Read;
using Analytics.Silo.Log;

namespace Analytics.Silo.Http.Audit;

/// <summary><c>POST /v1/audit</c>: compares the log with the tables, and the live totals with both. One at a time; ends when its caller leaves.</summary>
internal sealed class AuditRoute(
    IEventLog log, IClickHouse clickHouse, LimitsOptions limits, IActors actors, CatchUp catchUp, LiveComparison live, HttpOptions options, TimeProvider time)
{
    // A range is a hundred bytes.
    private const int BodyBytesMax = 4096;

    private int _isRunning;

    /// <summary>Answers the report, with faults or without; 409 while another audit runs.</summary>
    public async Task PostAsync(HttpContext context)
    {
        if (await ReadAsync(context) is not (var range, var isDeep))
        {
            return;
        }

        if (Interlocked.Exchange(ref _isRunning, 1) == 1)
        {
            await new Problem(StatusCodes.Status409Conflict, ProblemCodes.AuditRunning, "Another audit runs: one at a time.")
            {
                RetryAfterSeconds = options.RetryAfterSeconds,
            }.WriteAsync(context);
            return;
        }

        try
        {
            var report = await RunAsync(range, isDeep, context.RequestAborted);
            await JsonAnswer.WriteBytesAsync(context, JsonAnswer.JsonType, JsonSerializer.SerializeToUtf8Bytes(report, AuditJson.Default.AuditReport));
        }
        catch (TimeoutException)
        {
            await ReadProblems.FlushTimeout(options.RetryAfterSeconds).WriteAsync(context);
        }
        catch (ClickHouseException exception)
        {
            await ReadProblems.EngineUnavailable(exception, options.RetryAfterSeconds).WriteAsync(context);
        }
        catch (EventLogException exception)
        {
            await new Problem(StatusCodes.Status503ServiceUnavailable, ProblemCodes.LogUnavailable, exception.Message).WriteAsync(context);
        }
        finally
        {
            Volatile.Write(ref _isRunning, 0);
        }
    }

    private async Task<AuditReport> RunAsync(AuditRange range, bool isDeep, CancellationToken cancellationToken)
    {
        var report = await new LogAudit(log, clickHouse, limits, time, SettleAsync).RunAsync(range, cancellationToken);
        return report.With(await live.CompareAsync(report.Metrics, isDeep, cancellationToken));
    }

    private async Task SettleAsync(CancellationToken cancellationToken)
    {
        await catchUp.WaitAsync(cancellationToken);
        await actors.Metric(DeadLetterFields.Project, DeadLetterFields.Metric).FlushAsync();
    }

    private async Task<(AuditRange Range, bool IsDeep)?> ReadAsync(HttpContext context)
    {
        string? problem;
        try
        {
            if (await SmallBody.ReadAsync(context, BodyBytesMax) is not { } body)
            {
                await new Problem(StatusCodes.Status413PayloadTooLarge, ProblemCodes.BodyTooLarge, $"The body has more than {BodyBytesMax} bytes.")
                    .WriteAsync(context);
                return null;
            }

            var request = body.Length == 0 ? new AuditRequest() : JsonSerializer.Deserialize(body, AuditJson.Default.AuditRequest);
            problem = "The body must be an object, or empty.";
            if (request is not null && (problem = request.Check(log.Partitions, member => member, out var range)) is null)
            {
                return (range, request.Deep);
            }
        }
        catch (JsonException exception)
        {
            problem = $"The body must be an object with partition, from_offset, to_offset, from, to, deep, all optional: {exception.Message}";
        }

        await new Problem(StatusCodes.Status400BadRequest, ProblemCodes.AuditInvalid, problem!).WriteAsync(context);
        return null;
    }
}
