using Analytics.Grains.ClickHouse;
using Analytics.Grains.ClickHouse.Http;
using Analytics.Grains.Configuration;
using Microsoft.Extensions.Logging.Abstractions;

namespace Analytics.Tests.ClickHouse.Http;

/// <summary>Makes clients of servers, and blocks.</summary>
internal static class Servers
{
    public static ClickHouseOptions Options(params FaultyServer[] servers) => new()
    {
        Kind = ClickHouseOptions.Http,
        Url = string.Join(",", servers.Select(server => server.Url)),
        Password = "hunter2",
        Cluster = servers.Length > 1 ? "all" : null,
    };

    public static HttpClickHouse Open(ClickHouseOptions options, TimeProvider? time = null) =>
        HttpClickHouse.Open(options, NullLogger<HttpClickHouse>.Instance, time ?? TimeProvider.System);

    public static HttpClickHouse Open(FaultyServer server) => Open(Options(server));

    public static InsertBlock Block(int rows = 3, int bytes = 10) =>
        new("shop", "it's `a` metric", ["a", "b`c"], Enumerable.Range(0, bytes).Select(i => (byte)i).ToArray(), rows, "0:1-2");
}
