using Analytics.Grains.ClickHouse;
using Analytics.Grains.ClickHouse.Embedded;
using Analytics.Grains.ClickHouse.Http;
using Analytics.Grains.Configuration;
using Analytics.Silo.Configuration;
using Microsoft.Extensions.Logging.Abstractions;

namespace Analytics.Silo.Audit;

/// <summary>The tables of a silo that does not run: its files, read in place, or a server, of which queries are asked and nothing else.</summary>
internal sealed class AuditedTables : IAsyncDisposable
{
    // One query at a time; a second connection costs nothing and the pools want one each.
    private const int Connections = 1;

    private readonly IAsyncDisposable _owner;

    private AuditedTables(IClickHouse clickHouse, IAsyncDisposable owner)
    {
        ClickHouse = clickHouse;
        _owner = owner;
    }

    /// <summary>Answers queries.</summary>
    public IClickHouse ClickHouse { get; }

    /// <summary>Opens them.</summary>
    /// <exception cref="ClickHouseInUseException">A silo has the files open.</exception>
    /// <exception cref="ClickHouseException">There are none, or the server is away or refuses.</exception>
    public static async Task<AuditedTables> OpenAsync(AnalyticsOptions options, CancellationToken cancellationToken)
    {
        var few = options.ClickHouse with { Connections = Connections, QueryConnections = Connections };
        if (few.Kind == ClickHouseOptions.Embedded)
        {
            if (options.ClickHouse.SlowDirectory is not null)
            {
                throw new AuditFailedException("Parts of tables may be in ClickHouse:SlowDirectory, which only a running server can read: start it and use POST /v1/audit.");
            }

            var view = await TablesView.OpenAsync(few, options.DataDirectory, NullLogger<EmbeddedClickHouse>.Instance);
            return new AuditedTables(view.ClickHouse, view);
        }

        var server = HttpClickHouse.Open(few, NullLogger<HttpClickHouse>.Instance, TimeProvider.System);
        try
        {
            await server.ConnectAsync(cancellationToken);
            return new AuditedTables(server, server);
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync() => _owner.DisposeAsync();
}
