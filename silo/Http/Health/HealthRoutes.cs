using System.Text.Json;
using Analytics.Silo.Http.Answers;

namespace Analytics.Silo.Http.Health;

/// <summary>
/// What probes and people ask. <c>/livez</c>: the process answers. <c>/startupz</c>: it has started. <c>/readyz</c>: it can do its work. <c>/healthz</c>: which part
/// of it cannot; always with 200, because what asks there may restart the process, and no restart heals a database that is away.
/// </summary>
internal sealed class HealthRoutes(IEnumerable<IReadinessCheck> checks, TimeProvider time)
{
    /// <summary>What a check may take: shorter than the probes' own usual limit of some seconds.</summary>
    public static readonly TimeSpan CheckTimeout = TimeSpan.FromSeconds(2);

    private readonly IReadinessCheck[] _checks = [.. checks];

    /// <summary>Answers 200 as long as requests are served at all.</summary>
    public static Task GetLiveAsync(HttpContext context) => JsonAnswer.WriteAsync(context, "live", static (json, status) =>
    {
        json.WriteStartObject();
        json.WriteString("status"u8, status);
        json.WriteEndObject();
    });

    /// <summary>Answers 200 once the start is over, and 503 <c>not_ready</c> before and while the process stops.</summary>
    public async Task GetStartedAsync(HttpContext context)
    {
        var started = _checks.OfType<StartedCheck>().Single();
        var failure = await FailureOfAsync(started, context.RequestAborted);
        await (failure is null
            ? JsonAnswer.WriteAsync(context, "started", static (json, status) =>
            {
                json.WriteStartObject();
                json.WriteString("status"u8, status);
                json.WriteEndObject();
            })
            : new Problem(StatusCodes.Status503ServiceUnavailable, ProblemCodes.NotReady, $"{started.Name}: {failure}").WriteAsync(context));
    }

    /// <summary>Answers 200 with every part: <c>ok</c>, <c>ill</c>, or <c>warning</c> for what only part of the work suffers from.</summary>
    public async Task GetHealthAsync(HttpContext context)
    {
        var failures = await FailuresAsync(context);
        await JsonAnswer.WriteAsync(context, failures, (json, failures) =>
        {
            json.WriteStartObject();
            json.WriteString("status"u8, "live");
            json.WriteStartArray("ill"u8);
            foreach (var (check, _) in _checks.Zip(failures).Where(pair => pair.Second is not null))
            {
                json.WriteStringValue(check.Name);
            }

            json.WriteEndArray();
            json.WriteStartObject("parts"u8);
            foreach (var (check, failure) in _checks.Zip(failures))
            {
                WritePart(json, check, failure);
            }

            json.WriteEndObject();
            json.WriteEndObject();
        });
    }

    /// <summary>Answers 200, or 503 <c>not_ready</c> with what does not work. What only part of the work suffers from is told with 200.</summary>
    public async Task GetReadyAsync(HttpContext context)
    {
        var failures = await FailuresAsync(context);
        if (Array.TrueForAll(failures, failure => failure is null))
        {
            await JsonAnswer.WriteAsync(context, failures, (json, failures) =>
            {
                json.WriteStartObject();
                json.WriteString("status"u8, "ready");
                WriteChecks(json, failures);
                json.WriteEndObject();
            });
            return;
        }

        var words = _checks.Zip(failures).Where(pair => pair.Second is not null).Select(pair => $"{pair.First.Name}: {pair.Second}");
        await new Problem(StatusCodes.Status503ServiceUnavailable, ProblemCodes.NotReady, string.Join("; ", words))
        {
            WriteMore = json => WriteChecks(json, failures),
        }.WriteAsync(context);
    }

    private static void WritePart(Utf8JsonWriter json, IReadinessCheck check, string? failure)
    {
        var reason = failure ?? check.Warning;
        json.WriteStartObject(check.Name);
        json.WriteString("status"u8, failure is not null ? "ill" : reason is not null ? "warning" : "ok");
        if (reason is not null)
        {
            json.WriteString("reason"u8, reason);
        }

        json.WriteEndObject();
    }

    private void WriteChecks(Utf8JsonWriter json, string?[] failures)
    {
        json.WriteStartObject("checks"u8);
        for (var i = 0; i < failures.Length; i++)
        {
            json.WriteString(_checks[i].Name, failures[i] ?? _checks[i].Warning ?? "ok");
        }

        json.WriteEndObject();
    }

    private Task<string?[]> FailuresAsync(HttpContext context) => Task.WhenAll(_checks.Select(check => FailureOfAsync(check, context.RequestAborted)));

    private async Task<string?> FailureOfAsync(IReadinessCheck check, CancellationToken aborted)
    {
        try
        {
            // The check may not heed its token in time; the answer does not wait for it.
            await check.CheckAsync(aborted).WaitAsync(CheckTimeout, time, aborted);
            return null;
        }
        catch (TimeoutException)
        {
            var words = $"no answer within {CheckTimeout.TotalSeconds:0} s";
            return check.Warning is { } warning ? $"{words}. {warning}" : words;
        }
        catch (Exception exception) when (!aborted.IsCancellationRequested)
        {
            return exception.Message;
        }
    }
}
