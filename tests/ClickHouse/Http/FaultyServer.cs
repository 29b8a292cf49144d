using System.Collections.Concurrent;
using System.Globalization;
using System.IO.Compression;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Analytics.Tests.ClickHouse.Http;

/// <summary>
/// Speaks HTTP like a ClickHouse server, as far as the test says, and breaks off wherever it says. It knows no SQL; the real server is in the contract's tests.
/// </summary>
internal sealed class FaultyServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _closing = new();
    private readonly ConcurrentBag<Task> _connections = [];
    private readonly Task _accepting;

    public FaultyServer()
    {
        _listener.Start();
        Url = $"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}";
        _accepting = AcceptAsync();
    }

    /// <summary>Its address.</summary>
    public string Url { get; }

    /// <summary>What it says of itself.</summary>
    public string Version { get; set; } = "24.8.4.13";

    /// <summary>Answers everything but the question for the version.</summary>
    public Func<ReceivedRequest, Reply> Answer { get; set; } = _ => Reply.Ok();

    /// <summary>Everything asked but the version, in order.</summary>
    public ConcurrentQueue<ReceivedRequest> Requests { get; } = new();

    /// <summary>How often it was asked for its version.</summary>
    public int VersionCount { get; private set; }

    /// <summary>An address where nobody listens.</summary>
    public static string UrlOfNobody()
    {
        var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        listener.Stop();
        return $"http://127.0.0.1:{port}";
    }

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
                var socket = await _listener.AcceptSocketAsync(_closing.Token);
                _connections.Add(ServeAsync(socket));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The test has ended.
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        using var connection = socket;
        try
        {
            await using var stream = new NetworkStream(socket);
            using var reader = new BinaryReader(new BufferedStream(stream), Encoding.Latin1, leaveOpen: true);
            while (await Task.Run(() => ReadRequest(reader)).WaitAsync(_closing.Token) is { } request)
            {
                var reply = ReplyTo(request);
                await reply.After.WaitAsync(_closing.Token);
                if (!await WriteAsync(socket, stream, reply))
                {
                    return;
                }
            }
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or SocketException or ObjectDisposedException)
        {
            // The client has gone, or the test has ended.
        }
    }

    private Reply ReplyTo(ReceivedRequest request)
    {
        if (request.IsVersion)
        {
            VersionCount++;
            return Reply.Ok(Version + "\n");
        }

        Requests.Enqueue(request);
        return Answer(request);
    }

    private async Task<bool> WriteAsync(Socket socket, NetworkStream stream, Reply reply)
    {
        if (reply.End == ReplyEnd.Never)
        {
            await Task.Delay(Timeout.Infinite, _closing.Token);
        }

        if (reply.End == ReplyEnd.Reset)
        {
            socket.LingerState = new LingerOption(enable: true, seconds: 0);
            socket.Close();
            return false;
        }

        var isChunked = reply.End is ReplyEnd.WholeChunks or ReplyEnd.CutChunks;
        var length = reply.Body.Length + (reply.End == ReplyEnd.CutLength ? 100 : 0);
        var head = new StringBuilder().Append(CultureInfo.InvariantCulture, $"HTTP/1.1 {reply.Status} -\r\n");
        head.Append(isChunked ? "Transfer-Encoding: chunked\r\n" : string.Create(CultureInfo.InvariantCulture, $"Content-Length: {length}\r\n"));
        foreach (var (name, value) in reply.Headers)
        {
            head.Append(CultureInfo.InvariantCulture, $"{name}: {value}\r\n");
        }

        await stream.WriteAsync(Encoding.Latin1.GetBytes(head.Append("\r\n").ToString()), _closing.Token);
        if (isChunked && reply.Body.Length > 0)
        {
            await stream.WriteAsync(Encoding.Latin1.GetBytes($"{reply.Body.Length:x}\r\n"), _closing.Token);
        }

        await stream.WriteAsync(reply.Body, _closing.Token);
        if (isChunked)
        {
            await stream.WriteAsync(Encoding.Latin1.GetBytes((reply.Body.Length > 0 ? "\r\n" : "") + (reply.End == ReplyEnd.WholeChunks ? "0\r\n\r\n" : "")), _closing.Token);
        }

        return reply.End is ReplyEnd.Whole or ReplyEnd.WholeChunks;
    }

    private static ReceivedRequest? ReadRequest(BinaryReader reader)
    {
        if (ReadLine(reader) is not { Length: > 0 } first)
        {
            return null;
        }

        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        while (ReadLine(reader) is { Length: > 0 } line)
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            headers[line[..colon]] = line[(colon + 1)..].Trim();
        }

        var body = headers.ContainsKey("Transfer-Encoding")
            ? ReadChunks(reader)
            : reader.ReadBytes(int.Parse(headers.GetValueOrDefault("Content-Length", "0"), CultureInfo.InvariantCulture));
        var words = first.Split(' ');
        return new ReceivedRequest(words[0], words[1], headers, headers.GetValueOrDefault("Content-Encoding") == "gzip" ? Unpack(body) : body);
    }

    private static byte[] ReadChunks(BinaryReader reader)
    {
        using var body = new MemoryStream();
        while (int.Parse(ReadLine(reader)!, NumberStyles.HexNumber, CultureInfo.InvariantCulture) is > 0 and var length)
        {
            body.Write(reader.ReadBytes(length));
            ReadLine(reader);
        }

        ReadLine(reader);
        return body.ToArray();
    }

    private static byte[] Unpack(byte[] body)
    {
        using var plain = new MemoryStream();
        using var gzip = new GZipStream(new MemoryStream(body), CompressionMode.Decompress);
        gzip.CopyTo(plain);
        return plain.ToArray();
    }

    private static string? ReadLine(BinaryReader reader)
    {
        var line = new StringBuilder();
        while (reader.BaseStream.ReadByte() is >= 0 and var c)
        {
            if (c == '\n')
            {
                return line.ToString().TrimEnd('\r');
            }

            line.Append((char)c);
        }

        return line.Length == 0 ? null : line.ToString();
    }
}
