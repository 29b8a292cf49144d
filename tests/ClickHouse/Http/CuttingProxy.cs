using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Analytics.Tests.ClickHouse.Http;

/// <summary>
/// Stands between client and server and breaks connections in the middle of whatever goes through them, as routers and proxies do: each takes a number of bytes, chosen by the seed,
/// and is then reset on both sides, as long as <see cref="IsCutting"/> is set.
/// </summary>
internal sealed class CuttingProxy : IAsyncDisposable
{
    // From a small part of one statement to a few of them.
    private const int BytesMin = 200;
    private const int BytesMax = 10_000;

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _closing = new();
    private readonly ConcurrentBag<Task> _connections = [];
    private readonly Uri _server;
    private readonly Random _random;
    private readonly Task _accepting;
    private int _cutCount;

    public CuttingProxy(string server, int seed)
    {
        _server = new Uri(server);
        _random = new Random(seed);
        _listener.Start();
        Url = $"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}";
        _accepting = AcceptAsync();
    }

    /// <summary>Where it listens.</summary>
    public string Url { get; }

    /// <summary>Whether it breaks anything.</summary>
    public bool IsCutting { get; set; }

    /// <summary>Connections it has broken.</summary>
    public int CutCount => Volatile.Read(ref _cutCount);

    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync();
        _listener.Stop();
        await _accepting;
        await Task.WhenAll(_connections);
        _closing.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var client = await _listener.AcceptSocketAsync(_closing.Token);
                _connections.Add(PassAsync(client, _random.Next(BytesMin, BytesMax)));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The test has ended.
        }
    }

    private async Task PassAsync(Socket client, int bytes)
    {
        using var server = new Socket(SocketType.Stream, ProtocolType.Tcp);
        var left = new StrongBox(bytes);
        try
        {
            await server.ConnectAsync(_server.Host, _server.Port, _closing.Token);
            await Task.WhenAny(PumpAsync(client, server, left), PumpAsync(server, client, left));
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException)
        {
            // The server is away, or the test has ended.
        }

        foreach (var socket in new[] { client, server })
        {
            socket.LingerState = new LingerOption(enable: true, seconds: 0);
            socket.Dispose();
        }
    }

    private async Task PumpAsync(Socket from, Socket to, StrongBox left)
    {
        var buffer = new byte[4096];
        try
        {
            while (await from.ReceiveAsync(buffer, _closing.Token) is > 0 and var count)
            {
                if (IsCutting && Interlocked.Add(ref left.Bytes, -count) < 0)
                {
                    Interlocked.Increment(ref _cutCount);
                    return;
                }

                for (var sent = 0; sent < count;)
                {
                    sent += await to.SendAsync(buffer.AsMemory(sent, count - sent), _closing.Token);
                }
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // One side has gone.
        }
    }

    private sealed class StrongBox(int bytes)
    {
        public int Bytes = bytes;
    }
}
