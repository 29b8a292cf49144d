using System.Net;
using System.Text.Json;
using Analytics.Silo.Configuration;

namespace Analytics.Silo.Audit;

/// <summary>An audit that the silo which runs on a data directory does itself, asked over HTTP.</summary>
internal static class RunningSiloAudit
{
    private const string Path = "/v1/audit";

    // It only says that the process lives.
    private static readonly TimeSpan ProbeTimeMax = TimeSpan.FromSeconds(5);

    // Hosts that mean every address of the machine.
    private static readonly string[] AnyHosts = ["*", "+", "0.0.0.0", "[::]"];

    /// <summary>Asks.</summary>
    /// <exception cref="AuditFailedException">It does not answer, or refuses.</exception>
    public static async Task<AuditReport> RunAsync(AnalyticsOptions options, AuditRequest request, CancellationToken cancellationToken)
    {
        var address = AddressOf(options.Http.Urls);
        using var client = new HttpClient { Timeout = Timeout.InfiniteTimeSpan };
        using var content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(request, AuditJson.Default.AuditRequest));
        try
        {
            using var response = await client.PostAsync(new Uri(address + Path), content, cancellationToken);
            var answer = await response.Content.ReadAsByteArrayAsync(cancellationToken);
            return response.StatusCode == HttpStatusCode.OK
                ? JsonSerializer.Deserialize(answer, AuditJson.Default.AuditReport)!
                : throw new AuditFailedException(DetailOf(answer) ?? $"{address} answered {(int)response.StatusCode}.");
        }
        catch (Exception e) when (e is HttpRequestException or JsonException)
        {
            throw new AuditFailedException(
                $"A silo has the data directory {options.DataDirectory} open, and does not answer at {address} (Analytics:Http:Urls): {e.Message}");
        }
    }

    /// <summary>Whether a silo answers.</summary>
    public static async Task<bool> IsRunningAsync(AnalyticsOptions options, CancellationToken cancellationToken)
    {
        using var client = new HttpClient { Timeout = ProbeTimeMax };
        try
        {
            using var response = await client.GetAsync(new Uri(AddressOf(options.Http.Urls) + "/livez"), cancellationToken);
            return true;
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException && !cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }

    /// <summary>Where a silo with this setting is reached from the same machine.</summary>
    public static string AddressOf(string urls)
    {
        var address = urls.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)[0].TrimEnd('/');
        var any = Array.Find(AnyHosts, host => address.StartsWith($"http://{host}:", StringComparison.Ordinal));
        return any is null ? address : string.Concat("http://127.0.0.1", address.AsSpan("http://".Length + any.Length));
    }

    private static string? DetailOf(byte[] problem)
    {
        try
        {
            using var document = JsonDocument.Parse(problem);
            return document.RootElement.TryGetProperty("detail", out var detail) ? detail.GetString() : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
