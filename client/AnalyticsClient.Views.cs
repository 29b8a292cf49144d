using System.Text.Json;

namespace Analytics.Client;

/// <content>Views.</content>
public sealed partial class AnalyticsClient
{
    /// <inheritdoc />
    public async Task<IReadOnlyList<ViewState>> ListViewsAsync(string project, string metric, CancellationToken cancellationToken = default)
    {
        var answer = await SendAsync(HttpMethod.Get, MetricPath(project, metric) + "/views", null, cancellationToken).ConfigureAwait(false);
        return JsonSerializer.Deserialize<ViewList>(answer, SnakeCase)!.Views;
    }

    /// <inheritdoc />
    public async Task<ViewState> PutViewAsync(
        string project, string metric, string view, ViewDefinition definition, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(definition);
        using var content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(definition, SnakeCase));
        var answer = await SendAsync(HttpMethod.Put, ViewPath(project, metric, view), content, cancellationToken).ConfigureAwait(false);
        return JsonSerializer.Deserialize<ViewState>(answer, SnakeCase)!;
    }

    /// <inheritdoc />
    public async Task<ViewState?> GetViewAsync(string project, string metric, string view, CancellationToken cancellationToken = default)
    {
        var answer = await SendKnownAsync(HttpMethod.Get, ViewPath(project, metric, view), cancellationToken).ConfigureAwait(false);
        return answer is null ? null : JsonSerializer.Deserialize<ViewState>(answer, SnakeCase);
    }

    /// <inheritdoc />
    public async Task<bool> DeleteViewAsync(string project, string metric, string view, CancellationToken cancellationToken = default) =>
        await SendKnownAsync(HttpMethod.Delete, ViewPath(project, metric, view), cancellationToken).ConfigureAwait(false) is not null;

    private static string ViewPath(string project, string metric, string view) => $"{MetricPath(project, metric)}/views/{Uri.EscapeDataString(view)}";

    private sealed record ViewList(ViewState[] Views);
}
