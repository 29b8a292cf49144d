using System.Net;
using System.Net.Sockets;
using Analytics.Grains.Configuration;

namespace Analytics.Grains.Alerts.Delivery;

/// <summary>Posts to webhooks, and connects to nothing else: an address is judged when it is connected to, so that no name can lead elsewhere later.</summary>
internal sealed class WebhookClient : IDisposable
{
    // Nothing is read of an answer but its head; a receiver that closes is none the worse.
    private static readonly TimeSpan IdleMax = TimeSpan.FromSeconds(30);

    private readonly HttpClient _http;
    private readonly AlertOptions _options;

    /// <summary>Nothing is connected yet.</summary>
    public WebhookClient(AlertOptions options)
    {
        _options = options;
        _http = new HttpClient(new SocketsHttpHandler
        {
            // Where it is redirected to nobody has allowed, and a proxy would connect in our place.
            AllowAutoRedirect = false,
            UseProxy = false,
            UseCookies = false,
            PooledConnectionIdleTimeout = IdleMax,
            ConnectCallback = ConnectAsync,
        })
        { Timeout = Timeout.InfiniteTimeSpan };
    }

    /// <summary>Posts once.</summary>
    /// <returns>What went wrong, for people; <see langword="null"/> when the receiver has taken it.</returns>
    public async Task<string?> PostAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(_options.TimeoutMs);
        try
        {
            using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, deadline.Token);
            return response.IsSuccessStatusCode ? null : $"it answered {(int)response.StatusCode}";
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return $"it did not answer within {_options.TimeoutMs} ms";
        }
        catch (HttpRequestException e)
        {
            return e.InnerException?.Message ?? e.Message;
        }
    }

    /// <inheritdoc />
    public void Dispose() => _http.Dispose();

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var host = context.DnsEndPoint.Host;
        var addresses = IPAddress.TryParse(host.Trim('[', ']'), out var literal) ? [literal] : await Dns.GetHostAddressesAsync(host, cancellationToken);
        var allowed = WebhookHosts.IsListed(host, _options) ? addresses : Array.FindAll(addresses, WebhookHosts.IsPublic);
        if (allowed.Length == 0)
        {
            throw new HttpRequestException($"'{host}' has no public address; it is allowed when it is listed (Analytics:Alerts:Hosts)");
        }

        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(allowed, context.DnsEndPoint.Port, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
