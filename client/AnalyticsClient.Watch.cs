using System.Net.Http.Headers;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Analytics.Client;

/// <content>Watching: server-sent events, resumed after every interruption.</content>
public sealed partial class AnalyticsClient
{
    // The server says something every 15 s at least.
    private static readonly TimeSpan SilenceMax = TimeSpan.FromSeconds(45);
    private static readonly TimeSpan ReconnectAfter = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan ReconnectAfterMax = TimeSpan.FromSeconds(5);

    /// <inheritdoc />
    public async IAsyncEnumerable<MetricState> WatchAsync(string project, string metric, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        MetricState? state = null;
        await foreach (var (name, data) in WatchPathAsync(MetricPath(project, metric) + "/watch", cancellationToken).ConfigureAwait(false))
        {
            if (name is "snapshot" or "change")
            {
                var next = JsonSerializer.Deserialize<MetricState>(data, SnakeCase)!;

                // A change has only the fields that are other than before.
                state = name == "change" && state is not null ? next with { Fields = Merged(state.Fields, next.Fields) } : next;
                yield return state;
            }
        }
    }

    /// <inheritdoc />
    public async IAsyncEnumerable<ViewState> WatchViewAsync(
        string project, string metric, string view, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ViewState? state = null;
        await foreach (var (name, data) in WatchPathAsync(ViewPath(project, metric, view) + "/watch", cancellationToken).ConfigureAwait(false))
        {
            if (name is "snapshot" or "change")
            {
                // A change says what the view is only when that has changed; then it is whole.
                state = name == "change" && state is not null && JsonSerializer.Deserialize<ViewChange>(data, SnakeCase) is { IsWhole: false } change
                    ? state.With(change)
                    : JsonSerializer.Deserialize<ViewState>(data, SnakeCase)!;
                yield return state;
            }
        }
    }

    private static Dictionary<string, FieldState> Merged(IReadOnlyDictionary<string, FieldState> known, IReadOnlyDictionary<string, FieldState> changed)
    {
        var merged = new Dictionary<string, FieldState>(known, StringComparer.Ordinal);
        foreach (var (name, field) in changed)
        {
            merged[name] = field;
        }

        return merged;
    }

    /// <summary>Events of one address, over as many connections as it takes. Ends only by cancellation, or when the server refuses.</summary>
    private async IAsyncEnumerable<(string Name, string Data)> WatchPathAsync(string path, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var lastId = string.Empty;
        var pause = ReconnectAfter;
        while (true)
        {
            var connection = await TryConnectAsync(path, lastId, cancellationToken).ConfigureAwait(false);
            if (connection is var (response, reader))
            {
                using var answer = response;
                using var events = reader;
                while (await TryReadAsync(events, cancellationToken).ConfigureAwait(false) is var (name, id, data))
                {
                    pause = ReconnectAfter;

                    // An event without an id changes nothing of where to go on from.
                    lastId = id.Length > 0 ? id : lastId;
                    yield return (name, data);
                }
            }

            await Task.Delay(pause, cancellationToken).ConfigureAwait(false);
            pause = pause * 2 < ReconnectAfterMax ? pause * 2 : ReconnectAfterMax;
        }
    }

    /// <summary>Connects; <see langword="null"/> when the server cannot be reached or does not answer for now.</summary>
    private async Task<(HttpResponseMessage Response, WatchReader Reader)?> TryConnectAsync(string path, string lastId, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("text/event-stream"));
        if (lastId.Length > 0)
        {
            request.Headers.Add("Last-Event-ID", lastId);
        }

        HttpResponseMessage? response = null;
        try
        {
            response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken).ConfigureAwait(false);
            if (response.IsSuccessStatusCode)
            {
                return (response, new WatchReader(await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false)));
            }

            var failure = Failure(response, await response.Content.ReadAsByteArrayAsync(cancellationToken).ConfigureAwait(false));
            if (!failure.IsTransient && failure.Status < 500)
            {
                throw failure;
            }
        }
        catch (Exception exception) when (IsInterruption(exception, cancellationToken))
        {
            // Tried again.
        }

        response?.Dispose();
        return null;
    }

    private static async Task<(string Name, string Id, string Data)?> TryReadAsync(WatchReader events, CancellationToken cancellationToken)
    {
        try
        {
            return await events.NextAsync(SilenceMax, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (IsInterruption(exception, cancellationToken))
        {
            return null;
        }
    }

    private static bool IsInterruption(Exception exception, CancellationToken cancellationToken) => exception switch
    {
        HttpRequestException or IOException or TimeoutException => true,
        OperationCanceledException => !cancellationToken.IsCancellationRequested,
        _ => false,
    };
}
