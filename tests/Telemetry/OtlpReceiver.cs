using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Analytics.Tests.Telemetry;

/// <summary>Takes what is sent by the OpenTelemetry protocol over HTTP, and remembers it.</summary>
internal sealed class OtlpReceiver : IAsyncDisposable
{
    private readonly WebApplication _app;

    private OtlpReceiver(WebApplication app) => _app = app;

    public string Url => _app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();

    public ConcurrentQueue<ReceivedSpan> Spans { get; } = [];

    /// <summary>Names of metrics, each as often as it was sent.</summary>
    public ConcurrentQueue<string> Metrics { get; } = [];

    /// <summary>Lines, with the ids of their traces, empty for none.</summary>
    public ConcurrentQueue<(string Text, string TraceId)> Lines { get; } = [];

    /// <summary>Attributes of whoever sent something.</summary>
    public ConcurrentDictionary<string, string> Resource { get; } = [];

    public ConcurrentQueue<string?> Keys { get; } = [];

    public int RequestCount;

    public static async Task<OtlpReceiver> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var receiver = new OtlpReceiver(builder.Build());
        receiver._app.MapPost("/v1/traces", (HttpContext context) => receiver.TakeAsync(context, scope => receiver.Spans.Enqueue(ReceivedSpan.Read(scope))));
        receiver._app.MapPost("/v1/metrics", (HttpContext context) => receiver.TakeAsync(context, metric => receiver.Metrics.Enqueue(metric.Text(1))));
        receiver._app.MapPost("/v1/logs", (HttpContext context) => receiver.TakeAsync(
            context, line => receiver.Lines.Enqueue((line.Messages(5).Single().Text(1), line.Hex(9)))));
        await receiver._app.StartAsync();
        return receiver;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    // The three requests have one form: resources (1) with scopes (2) with items (2).
    private async Task TakeAsync(HttpContext context, Action<ProtoFields> take)
    {
        Interlocked.Increment(ref RequestCount);
        Keys.Enqueue(context.Request.Headers["x-key"]);
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        foreach (var resource in new ProtoFields(body.ToArray()).Messages(1))
        {
            foreach (var attribute in resource.Messages(1).Single().Messages(1))
            {
                Resource[attribute.Text(1)] = attribute.Messages(2).Single().Text(1);
            }

            foreach (var item in resource.Messages(2).SelectMany(scope => scope.Messages(2)))
            {
                take(item);
            }
        }
    }
}
