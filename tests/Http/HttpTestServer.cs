using System.Net.Http.Headers;
using System.Text.Json;
using Analytics.Grains.ClickHouse;
using Analytics.Grains.Configuration;
using Analytics.Grains.Metrics.Activities;
using Analytics.Silo.Http;
using Analytics.Silo.Http.Read;
using Analytics.Silo.Http.Server;
using Analytics.Silo.Log;
using Analytics.Silo.Log.File;
using Analytics.Silo.Log.Kafka;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Analytics.Tests.Http;

/// <summary>The whole HTTP part on a real server and a free port, over a real file log unless a double is given.</summary>
internal sealed class HttpTestServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly string? _directory;

    private HttpTestServer(WebApplication app, string? directory, IEventLog log, ActorDoubles actors, ClickHouseDouble clickHouse, LimitsOptions limits)
    {
        _app = app;
        _directory = directory;
        Log = log;
        Actors = actors;
        ClickHouse = clickHouse;
        Limits = limits;
        var address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        Client = new HttpClient(new SocketsHttpHandler { AutomaticDecompression = System.Net.DecompressionMethods.None }) { BaseAddress = new Uri(address) };
    }

    public HttpClient Client { get; }

    public IEventLog Log { get; }

    public ActorDoubles Actors { get; }

    public ClickHouseDouble ClickHouse { get; }

    public LimitsOptions Limits { get; }

    public IServiceProvider Services => _app.Services;

    public static async Task<HttpTestServer> StartAsync(
        LimitsOptions? limits = null, HttpOptions? options = null, IEventLog? log = null, IClickHouse? engine = null, Action<WebApplication>? more = null,
        TimeProvider? time = null, KafkaOptions? kafka = null)
    {
        limits ??= new LimitsOptions();
        options = (options ?? new HttpOptions()) with { Urls = "http://127.0.0.1:0" };
        string? directory = null;
        if (log is null)
        {
            directory = Directory.CreateTempSubdirectory("analytics-http-").FullName;
            log = FileEventLog.Open(directory, new LogOptions(), NullLogger<FileEventLog>.Instance, TimeProvider.System);
        }

        var actors = new ActorDoubles();
        var clickHouse = new ClickHouseDouble();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Logging.AddProvider(new TestOutputLogger());
        builder.WebHost.UseAnalyticsServer(options);
        builder.Services.AddSingleton(limits);
        builder.Services.AddSingleton(new MetricOptions());
        builder.Services.AddSingleton(options);
        builder.Services.AddSingleton(kafka ?? new KafkaOptions());
        builder.Services.AddSingleton(log);
        builder.Services.AddSingleton<IActors>(actors);
        builder.Services.AddSingleton(engine ?? clickHouse);
        builder.Services.AddSingleton<MetricActivities>(_ => new MetricActivities());
        builder.Services.AddSingleton(new InsertScheduler(engine ?? clickHouse, 100, 4, time ?? TimeProvider.System));
        builder.Services.AddSingleton(time ?? TimeProvider.System);
        builder.Services.AddAnalyticsHttp();
        var app = builder.Build();
        app.MapAnalytics();
        more?.Invoke(app);
        await app.StartAsync();
        return new HttpTestServer(app, directory, log, actors, clickHouse, limits);
    }

    /// <summary>Sends a body as it is.</summary>
    public async Task<HttpAnswer> PostAsync(string path, ReadOnlyMemory<byte> body, string? contentEncoding = null, bool isChunked = false)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path);
        request.Content = isChunked ? new StreamContent(new MemoryStream(body.ToArray())) : new ReadOnlyMemoryContent(body);
        request.Headers.TransferEncodingChunked = isChunked;
        if (contentEncoding is not null)
        {
            request.Content.Headers.TryAddWithoutValidation("Content-Encoding", contentEncoding);
        }

        return await SendAsync(request);
    }

    public Task<HttpAnswer> PostAsync(string path, string body) => PostAsync(path, System.Text.Encoding.UTF8.GetBytes(body));

    public async Task<HttpAnswer> GetAsync(string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        return await SendAsync(request);
    }

    /// <summary>Sends a request of any method, with a body or without.</summary>
    public async Task<HttpAnswer> SendAsync(string method, string path, ReadOnlyMemory<byte>? body = null, bool isChunked = false)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        request.Content = body is not { } bytes ? null : isChunked ? new StreamContent(new MemoryStream(bytes.ToArray())) : new ReadOnlyMemoryContent(bytes);
        request.Headers.TransferEncodingChunked = isChunked;
        return await SendAsync(request);
    }

    public async Task<HttpAnswer> SendAsync(HttpRequestMessage request)
    {
        using var response = await Client.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        return new HttpAnswer((int)response.StatusCode, response.Content.Headers.ContentType, text, response.Headers.RetryAfter?.Delta);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.DisposeAsync();
        await Log.DisposeAsync();
        if (_directory is not null)
        {
            Directory.Delete(_directory, recursive: true);
        }
    }
}

/// <summary>An answer, read whole.</summary>
internal sealed record HttpAnswer(int Status, MediaTypeHeaderValue? Type, string Text, TimeSpan? RetryAfter)
{
    public JsonElement Json => JsonDocument.Parse(Text).RootElement;

    public string? Code => Json.GetProperty("code").GetString();

    public int Accepted => Json.GetProperty("accepted").GetInt32();

    public int Rejected => Json.GetProperty("rejected").GetInt32();

    /// <summary>Fails unless this is a problem of the right form.</summary>
    public HttpAnswer MustBeProblem(int status, string code)
    {
        Xunit.Assert.Equal((status, "application/problem+json", code), (Status, Type?.MediaType, Code));
        Xunit.Assert.Equal(status, Json.GetProperty("status").GetInt32());
        Xunit.Assert.Equal("urn:analytics:problem:" + code, Json.GetProperty("type").GetString());
        Xunit.Assert.NotEmpty(Json.GetProperty("title").GetString()!);
        Xunit.Assert.NotEmpty(Json.GetProperty("detail").GetString()!);
        return this;
    }
}
