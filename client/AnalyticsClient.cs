using System.Text.Json;

namespace Analytics.Client;

/// <summary>Talks to an Analytics server over HTTP. Safe to use from any thread; make one and keep it.</summary>
public sealed partial class AnalyticsClient : IAnalyticsClient
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    private readonly HttpClient _http;
    private readonly bool _isOwner;
    private readonly IEventSender? _sender;
    private readonly Lazy<EventTracker> _tracker;

    /// <summary>Uses a client whose base address is the server's; it stays the caller's.</summary>
    /// <param name="http">The client.</param>
    /// <param name="tracker">How events are sent in the background.</param>
    /// <exception cref="ArgumentException">The client has no base address.</exception>
    public AnalyticsClient(HttpClient http, TrackerOptions? tracker = null)
        : this(http, false, tracker ?? new TrackerOptions(), null)
    {
    }

    /// <summary>Makes a client for a server.</summary>
    /// <param name="server">For example <c>http://127.0.0.1:8080</c>.</param>
    public AnalyticsClient(Uri server)
        : this(new AnalyticsClientOptions { Server = server })
    {
    }

    /// <summary>Makes a client for a server.</summary>
    /// <param name="options">Which, and how events are sent to it.</param>
    /// <exception cref="ArgumentException">A limit is out of range, or the HTTP client has no base address.</exception>
    public AnalyticsClient(AnalyticsClientOptions options)
        : this(options.HttpClient?.Invoke() ?? new HttpClient { BaseAddress = options.Server }, true, options.Tracker, options.Sender)
    {
    }

    private AnalyticsClient(HttpClient http, bool isOwner, TrackerOptions tracker, IEventSender? sender)
    {
        ArgumentNullException.ThrowIfNull(http);
        tracker.Check();
        if (http.BaseAddress is null)
        {
            throw new ArgumentException("The client's BaseAddress must be the server's, for example http://127.0.0.1:8080.", nameof(http));
        }

        _http = http;
        _isOwner = isOwner;
        _sender = sender;
        _tracker = new Lazy<EventTracker>(() => new EventTracker(sender ?? this, tracker));
    }

    /// <summary>Sends what waits, for <see cref="TrackerOptions.DisposeMsMax"/> at most.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_tracker.IsValueCreated)
        {
            await _tracker.Value.DisposeAsync().ConfigureAwait(false);
        }

        (_sender as IDisposable)?.Dispose();
        if (_isOwner)
        {
            _http.Dispose();
        }
    }

    /// <inheritdoc />
    public void Dispose() => DisposeAsync().AsTask().GetAwaiter().GetResult();

    private async Task<byte[]> SendAsync(HttpMethod method, string path, HttpContent? content, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        using var response = await _http.SendAsync(request, cancellationToken).ConfigureAwait(false);
        var body = await response.Content.ReadAsByteArrayAsync(cancellationToken).ConfigureAwait(false);
        return response.IsSuccessStatusCode ? body : throw Failure(response, body);
    }

    /// <summary>The answer; <see langword="null"/> when the server does not know what the address names.</summary>
    private async Task<byte[]?> SendKnownAsync(HttpMethod method, string path, CancellationToken cancellationToken)
    {
        try
        {
            return await SendAsync(method, path, null, cancellationToken).ConfigureAwait(false);
        }
        catch (AnalyticsException exception) when (exception.Status == 404 && exception.Code.EndsWith("_unknown", StringComparison.Ordinal))
        {
            return null;
        }
    }

    private static AnalyticsException Failure(HttpResponseMessage response, byte[] body)
    {
        var status = (int)response.StatusCode;
        var retryAfter = response.Headers.RetryAfter?.Delta;
        if (response.Content.Headers.ContentType?.MediaType == "application/problem+json"
            && JsonSerializer.Deserialize<Problem>(body, Json) is { Code: { } code } problem)
        {
            return new AnalyticsException(status, code, problem.Detail ?? code, retryAfter);
        }

        return new AnalyticsException(status, $"http_{status}", $"The server answered {status} {response.ReasonPhrase}.", retryAfter);
    }

    private sealed record Problem(string? Code, string? Detail);
}
