using System.Text.Json;
using Analytics.Silo.Http.Answers;

namespace Analytics.Silo.Http.Health;

/// <summary><c>GET /healthz</c>: the process answers. <c>GET /readyz</c>: it can do its work.</summary>
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

    /// <summary>Answers 200, or 503 <c>not_ready</c> with what does not work. What only part of the work suffers from is told with 200.</summary>
    public async Task GetReadyAsync(HttpContext context)
    {
        var failures = await Task.WhenAll(_checks.Select(check => FailureOfAsync(check, context.RequestAborted)));
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

    private void WriteChecks(Utf8JsonWriter json, string?[] failures)
    {
        json.WriteStartObject("checks"u8);
        for (var i = 0; i < failures.Length; i++)
        {
            json.WriteString(_checks[i].Name, failures[i] ?? _checks[i].Warning ?? "ok");
        }

        json.WriteEndObject();
    }

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
