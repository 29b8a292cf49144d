using System.Text;

namespace Analytics.Silo.Http;

/// <summary><c>Analytics:Http</c>: the HTTP server and what it may hold at once.</summary>
public sealed record HttpOptions
{
    /// <summary>Addresses to listen on, separated by semicolons; port 0 takes a free one. Loopback by default: the API has no access control of its own.</summary>
    public string Urls { get; init; } = "http://127.0.0.1:8080";

    /// <summary>Open connections, 1-1,000,000; further ones are closed at once. An idle one costs about 20 KiB.</summary>
    public int ConnectionsMax { get; init; } = 10_000;

    /// <summary>Seconds an idle connection is kept open, 1-86,400. Longer than the idle time of common load balancers (60 s), so that they close first.</summary>
    public int KeepAliveSeconds { get; init; } = 130;

    /// <summary>Bytes of all request bodies in memory at once, compressed and decompressed, 1 MiB-1 TiB; beyond it: 429 <c>too_many_bodies</c>.
    /// 256 MiB takes eight of the largest bodies, or the ordinary traffic of a burst.</summary>
    public long BodiesBytesMax { get; init; } = 256L * 1024 * 1024;

    /// <summary>Bytes of the body of <c>POST /v1/query</c>, 1 KiB-16 MiB; more: 413 <c>body_too_large</c>. ClickHouse parses 256 KiB of SQL by default.</summary>
    public int QueryBodyBytesMax { get; init; } = 256 * 1024;

    /// <summary>Metrics that one request flushes at the same time before it reads tables, 1-1,024.</summary>
    public int FlushesMax { get; init; } = 16;

    /// <summary>Watchers of live states at once, 1-1,000,000; further ones: 429 <c>too_many_watchers</c>. Each keeps a connection.</summary>
    public int WatchersMax { get; init; } = 8_000;

    /// <summary>How often a watched metric's changes are told a second at most, 1-100. Ten are as many as people see.</summary>
    public int WatchChangesPerSecond { get; init; } = 10;

    /// <summary>What lets administrators in, 16-256 characters: <c>/orleans</c> shows the dashboard of Orleans to whoever sends it as a bearer token or as the password of any name.
    /// Without one there is no such page. Never logged.</summary>
    public string? AdminToken { get; init; }

    /// <summary>Seconds a client is asked to wait (<c>Retry-After</c>) after 429 and 503, 1-3,600.</summary>
    public int RetryAfterSeconds { get; init; } = 1;

    /// <summary>Where it listens; not the token.</summary>
    private bool PrintMembers(StringBuilder text)
    {
        text.Append("Urls = ").Append(Urls);
        return true;
    }
}
