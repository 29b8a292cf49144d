using System.Text.Json;

namespace Analytics.Client;

/// <content>Alerts.</content>
public sealed partial class AnalyticsClient
{
    /// <inheritdoc />
    public async Task<IReadOnlyList<JsonElement>> ListAlertsAsync(string? project = null, string? metric = null, CancellationToken cancellationToken = default)
    {
        var path = project is null || metric is null ? "/v1/alerts" : MetricPath(project, metric) + "/alerts";
        var answer = await SendAsync(HttpMethod.Get, path, null, cancellationToken).ConfigureAwait(false);
        return JsonSerializer.Deserialize<AlertList>(answer, SnakeCase)!.Alerts;
    }

    /// <inheritdoc />
    public async Task<JsonElement> PutAlertAsync(string project, string metric, string alert, object definition, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(definition);
        using var content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(definition, SnakeCase));
        return Element(await SendAsync(HttpMethod.Put, AlertPath(project, metric, alert), content, cancellationToken).ConfigureAwait(false));
    }

    /// <inheritdoc />
    public async Task<JsonElement?> GetAlertAsync(string project, string metric, string alert, CancellationToken cancellationToken = default)
    {
        var answer = await SendKnownAsync(HttpMethod.Get, AlertPath(project, metric, alert), cancellationToken).ConfigureAwait(false);
        return answer is null ? null : Element(answer);
    }

    /// <inheritdoc />
    public async Task<bool> DeleteAlertAsync(string project, string metric, string alert, CancellationToken cancellationToken = default) =>
        await SendKnownAsync(HttpMethod.Delete, AlertPath(project, metric, alert), cancellationToken).ConfigureAwait(false) is not null;

    private static string AlertPath(string project, string metric, string alert) => $"{MetricPath(project, metric)}/alerts/{Uri.EscapeDataString(alert)}";

    private static JsonElement Element(byte[] json) => JsonSerializer.Deserialize<JsonElement>(json);

    private sealed record AlertList(JsonElement[] Alerts);
}
