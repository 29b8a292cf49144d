using System.Net.Sockets;
using System.Text;

namespace Analytics.Bench.Measuring;

/// <summary>One connection that watches, and counts the events it is sent by their empty lines; it costs as little as a reader can.</summary>
internal sealed class WatchCounter : IDisposable
{
    private const int BufferBytes = 4096;

    private readonly Socket _socket;
    private long _events;

    private WatchCounter(Socket socket) => _socket = socket;

    /// <summary>Events so far.</summary>
    public long Events => Interlocked.Read(ref _events);

    /// <summary>Connects and begins to read.</summary>
    public static async Task<WatchCounter> OpenAsync(Uri server, string path)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(server.Host, server.Port);
        await socket.SendAsync(Encoding.ASCII.GetBytes($"GET {path} HTTP/1.1\r\nHost: {server.Authority}\r\nAccept: text/event-stream\r\n\r\n"));
        var counter = new WatchCounter(socket);
        _ = counter.ReadAsync();
        return counter;
    }

    /// <inheritdoc />
    public void Dispose() => _socket.Dispose();

    // A change has one line of data, and only that ends with a brace and a line's end.
    private async Task ReadAsync()
    {
        var buffer = new byte[BufferBytes];
        var last = (byte)0;
        try
        {
            int count;
            while ((count = await _socket.ReceiveAsync(buffer)) > 0)
            {
                var events = 0;
                for (var i = 0; i < count; i++)
                {
                    events += buffer[i] == (byte)'\n' && last == (byte)'}' ? 1 : 0;
                    last = buffer[i];
                }

                Interlocked.Add(ref _events, events);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // It was closed.
        }
    }
}
