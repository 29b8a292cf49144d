using System.Text.Json;

namespace Analytics.Client;

/// <summary>Talks to an Analytics server over HTTP. Safe to use from any thread; make one and keep it.</summary>
public sealed partial class AnalyticsClient : IDisposable
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    private readonly HttpClient _http;
    private readonly bool _isOwner;

    /// <summary>Uses a client whose base address is the server's; it stays the caller's.</summary>
    /// <exception cref="ArgumentException">The client has no base address.</exception>
    public AnalyticsClient(HttpClient http)
    {
        ArgumentNullException.ThrowIfNull(http);
        if (http.BaseAddress is null)
        {
            throw new ArgumentException("The client's BaseAddress must be the server's, for example http://127.0.0.1:8080.", nameof(http));
        }

        _http = http;
    }

    /// <summary>Makes a client for a server.</summary>
    /// <param name="server">For example <c>http://127.0.0.1:8080</c>.</param>
    public AnalyticsClient(Uri server)
    {
        _http = new HttpClient { BaseAddress = server };
        _isOwner = true;
    }

    /// <inheritdoc />
    public void Dispose()
    {
        if (_isOwner)
        {
            _http.Dispose();
        }
    }

    private async Task<byte[]> SendAsync(HttpMethod method, string path, HttpContent? content, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        using var response = await _http.SendAsync(request, cancellationToken).ConfigureAwait(false);
        var body = await response.Content.ReadAsByteArrayAsync(cancellationToken).ConfigureAwait(false);
        return response.IsSuccessStatusCode ? body : throw Failure(response, body);
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
