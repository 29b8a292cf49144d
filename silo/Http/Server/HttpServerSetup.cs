using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Analytics.Silo.Http.Server;

/// <summary>Kestrel's limits and addresses, from <see cref="HttpOptions"/>.</summary>
internal static class HttpServerSetup
{
    // A request's line and headers; ours are small, and each connection may hold that much.
    private const int HeadersBytesMax = 16 * 1024;

    // A client that takes longer to send its headers is broken or means harm.
    private static readonly TimeSpan HeadersTimeout = TimeSpan.FromSeconds(15);

    /// <summary>Sets the server up.</summary>
    public static void UseAnalyticsServer(this IWebHostBuilder builder, HttpOptions options)
    {
        builder.UseUrls(options.Urls.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries));
        builder.ConfigureKestrel(server => Configure(server, options));
    }

    private static void Configure(KestrelServerOptions server, HttpOptions options)
    {
        server.AddServerHeader = false;
        server.Limits.MaxConcurrentConnections = options.ConnectionsMax;
        server.Limits.KeepAliveTimeout = TimeSpan.FromSeconds(options.KeepAliveSeconds);
        server.Limits.RequestHeadersTimeout = HeadersTimeout;
        server.Limits.MaxRequestHeadersTotalSize = HeadersBytesMax;

        // Each route counts the bytes it takes itself, to answer with a problem that names the setting.
        server.Limits.MaxRequestBodySize = null;
    }
}
