using System.Net;
using System.Net.Sockets;

namespace Analytics.Tests.Kafka;

/// <summary>As much of a broker as it takes to refuse a login: it tells its versions, takes the mechanism, and finds the password wrong.</summary>
internal sealed class RefusingBroker : IAsyncDisposable
{
    private const short HandshakeKey = 17;
    private const short VersionsKey = 18;
    private const short AuthenticateKey = 36;
    private const short AuthenticationFailed = 58;

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stopping = new();
    private readonly string _words;
    private readonly Task _serving;

    /// <summary>Listens on a free port.</summary>
    /// <param name="words">Why a login is refused.</param>
    public RefusingBroker(string words)
    {
        _words = words;
        _listener.Start();
        _serving = ServeAsync();
    }

    /// <summary>What a client connects to.</summary>
    public string BootstrapServers => $"127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}";

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _listener.Dispose();
        await _serving.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stopping.Dispose();
    }

    private async Task ServeAsync()
    {
        while (true)
        {
            _ = ServeAsync(await _listener.AcceptTcpClientAsync(_stopping.Token));
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using var _ = client;
        var stream = client.GetStream();
        try
        {
            while (true)
            {
                var length = new byte[4];
                await stream.ReadExactlyAsync(length, _stopping.Token);
                var request = new byte[System.Buffers.Binary.BinaryPrimitives.ReadInt32BigEndian(length)];
                await stream.ReadExactlyAsync(request, _stopping.Token);
                var answer = Answer(new BigEndianBuffer().Raw(request)).ToArray();
                await stream.WriteAsync(new BigEndianBuffer().Int32(answer.Length).Raw(answer).ToArray(), _stopping.Token);
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            // The client is gone, or the test is over.
        }
    }

    private BigEndianBuffer Answer(BigEndianBuffer request)
    {
        const short Unsupported = 35;
        var key = request.ReadInt16();
        var version = request.ReadInt16();
        var answer = new BigEndianBuffer().Int32(request.ReadInt32());
        return key switch
        {
            VersionsKey => answer.Int16(version == 0 ? (short)0 : Unsupported).Int32(3)
                .Int16(HandshakeKey).Int16(0).Int16(1).Int16(VersionsKey).Int16(0).Int16(0).Int16(AuthenticateKey).Int16(0).Int16(0),
            HandshakeKey => answer.Int16(0).Int32(1).ShortText("PLAIN"),
            _ => answer.Int16(AuthenticationFailed).ShortText(_words).Int32(0),
        };
    }
}
