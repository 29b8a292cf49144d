using System.Collections.Concurrent;
using System.Net;

namespace Analytics.Tests.Alerts;

/// <summary>A real HTTP server that takes webhooks, on a free port of this machine.</summary>
internal sealed class WebhookReceiver : IAsyncDisposable
{
    private readonly HttpListener _listener = new();
    private readonly Task _running;

    public WebhookReceiver()
    {
        Address = $"http://127.0.0.1:{FreePort.Next()}/hook";
        _listener.Prefixes.Add(Address + "/");
        _listener.Start();
        _running = RunAsync();
    }

    /// <summary>Where it is.</summary>
    public string Address { get; }

    /// <summary>What it answers to the request of a number, from 1 on; 0 for nothing at all.</summary>
    public Func<int, int> Status { get; set; } = static _ => 204;

    /// <summary>What it was sent, in order: headers and body.</summary>
    public ConcurrentQueue<(WebHeaderCollection Headers, byte[] Body)> Received { get; } = new();

    public async ValueTask DisposeAsync()
    {
        _listener.Stop();
        await _running;
        _listener.Close();
    }

    private async Task RunAsync()
    {
        var held = new List<HttpListenerContext>();
        while (true)
        {
            HttpListenerContext context;
            try
            {
                context = await _listener.GetContextAsync();
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
            {
                return;
            }

            using var body = new MemoryStream();
            await context.Request.InputStream.CopyToAsync(body);
            Received.Enqueue(((WebHeaderCollection)context.Request.Headers, body.ToArray()));
            if (Status(Received.Count) is not 0 and var status)
            {
                context.Response.StatusCode = status;
                context.Response.Close();
            }
            else
            {
                held.Add(context);
            }
        }
    }
}
