using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http.Features;

namespace Analytics.Silo.ClickHouseServer;

/// <summary>The handler, as Kestrel calls it.</summary>
internal sealed class HandlerApplication(RequestHandler handler) : IHttpApplication<HttpContext>
{
    /// <inheritdoc />
    public HttpContext CreateContext(IFeatureCollection contextFeatures) => new DefaultHttpContext(contextFeatures);

    /// <inheritdoc />
    public Task ProcessRequestAsync(HttpContext context) => handler.HandleAsync(context);

    /// <inheritdoc />
    public void DisposeContext(HttpContext context, Exception? exception)
    {
        // Nothing was made for it but the context.
    }
}
