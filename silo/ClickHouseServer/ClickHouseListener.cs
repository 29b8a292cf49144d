using Analytics.Grains.ClickHouse.Embedded;
using Analytics.Grains.Configuration;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Options;

namespace Analytics.Silo.ClickHouseServer;

/// <summary>
/// The embedded engine, served over ClickHouse's own HTTP protocol by a Kestrel of its own: what its clients do neither meets the API's routes nor its
/// limits. Starts and stops with the silo.
/// </summary>
/// <param name="engine">Open already; it is closed after this has stopped.</param>
/// <param name="options">Checked settings, with an address.</param>
/// <param name="time">The clock.</param>
/// <param name="loggers">For Kestrel and for us.</param>
internal sealed partial class ClickHouseListener(EmbeddedClickHouse engine, ClickHouseOptions options, TimeProvider time, ILoggerFactory loggers)
    : IHostedService, IAsyncDisposable
{
    /// <summary>Statements come in addresses too; ClickHouse's own limit, <c>http_max_uri_size</c>, is the same.</summary>
    private const int RequestLineBytesMax = 1024 * 1024;

    /// <summary>Open connections: far more than may run at once, since clients keep theirs open.</summary>
    private const int ConnectionsMax = 1_000;

    // Longer than the idle time of common load balancers (60 s), so that they close first.
    private static readonly TimeSpan KeepAlive = TimeSpan.FromSeconds(130);

    private readonly ILogger _logger = loggers.CreateLogger<ClickHouseListener>();
    private ServerParts? _parts;
    private KestrelServer? _server;

    /// <summary>The address it listens on, with its port; empty before the start.</summary>
    public string Address { get; private set; } = string.Empty;

    /// <inheritdoc />
    /// <exception cref="IOException">The address cannot be listened on.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        _parts = await ServerParts.OpenAsync(engine, options, time, cancellationToken);
        _server = Listen(new SocketTransportFactory(Options.Create(new SocketTransportOptions()), loggers));
        var handler = new RequestHandler(_parts, loggers.CreateLogger<RequestHandler>(), time);
        await _server.StartAsync(new HandlerApplication(handler), cancellationToken);
        Address = _server.Features.Get<IServerAddressesFeature>()!.Addresses.First();
        LogStarted(_logger, _parts.Facts.Version, Address, _parts.Users.Count);
    }

    /// <inheritdoc />
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (_server is not null)
        {
            // Requests that run may end; those that do not are broken off.
            await _server.StopAsync(cancellationToken);
            LogStopped(_logger, Address);
        }

        await DisposeAsync();
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        _server?.Dispose();
        _server = null;
        if (_parts is not null)
        {
            await _parts.DisposeAsync();
            _parts = null;
        }
    }

    private KestrelServer Listen(SocketTransportFactory transport)
    {
        var kestrel = new KestrelServerOptions { AddServerHeader = false };
        kestrel.Limits.MaxConcurrentConnections = ConnectionsMax;
        kestrel.Limits.KeepAliveTimeout = KeepAlive;
        kestrel.Limits.MaxRequestLineSize = RequestLineBytesMax;

        // Bodies are counted where they are read, to answer in ClickHouse's words.
        kestrel.Limits.MaxRequestBodySize = null;
        var server = new KestrelServer(Options.Create(kestrel), transport, loggers);
        server.Features.Get<IServerAddressesFeature>()!.Addresses.Add(options.Serve!.Trim());
        return server;
    }
}
