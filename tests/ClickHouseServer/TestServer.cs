using System.Text;
using Analytics.Grains.Configuration;
using Analytics.Silo.ClickHouseServer;
using Analytics.Tests.ClickHouse;
using Analytics.Tests.Http;
using Microsoft.Extensions.Logging;

namespace Analytics.Tests.ClickHouseServer;

/// <summary>The real engine behind the real server on a free port. Users: <c>owner</c> (full access), <c>reader</c>, and <c>default</c> without a password.</summary>
internal sealed class TestServer : IAsyncDisposable
{
    public const string OwnerPassword = "let:me in";

    /// <summary>Few and small limits, so that tests reach them; those of queries are the engine's own.</summary>
    public static readonly ClickHouseOptions Options = EngineFixture.Options with
    {
        Serve = "http://127.0.0.1:0",
        ServeUsers =
        [
            new ServeUser { Name = "owner", Password = OwnerPassword, Access = ServeUser.Full },
            new ServeUser { Name = "reader", Password = "look" },
            new ServeUser { Name = "default" },
        ],
    };

    private readonly ClickHouseListener _listener;
    private readonly ILoggerFactory _loggers;

    private TestServer(ClickHouseListener listener, ILoggerFactory loggers)
    {
        _listener = listener;
        _loggers = loggers;
        Client = new HttpClient(new SocketsHttpHandler { AutomaticDecompression = System.Net.DecompressionMethods.None }) { BaseAddress = new Uri(listener.Address) };
    }

    public HttpClient Client { get; }

    public static async Task<TestServer> StartAsync(EngineFixture engine, ClickHouseOptions? options = null, TimeProvider? time = null)
    {
        var loggers = LoggerFactory.Create(logging => logging.AddProvider(new TestOutputLogger()));
        var listener = new ClickHouseListener(await engine.OpenAsync(), options ?? Options, time ?? TimeProvider.System, loggers);
        await listener.StartAsync(CancellationToken.None);
        return new TestServer(listener, loggers);
    }

    /// <summary>A name and a value as they go into an address.</summary>
    public static string Parameter(string name, string value) => $"{name}={Uri.EscapeDataString(value)}";

    /// <summary>Posts SQL as a user with full access.</summary>
    public Task<ServedAnswer> PostAsync(string sql, string parameters = "", params (string Name, string Value)[] headers) =>
        SendAsync(HttpMethod.Post, "/?" + parameters, Encoding.UTF8.GetBytes(sql), "owner", OwnerPassword, headers);

    /// <summary>Posts bytes behind a query in the address, as a user with full access.</summary>
    public Task<ServedAnswer> InsertAsync(string query, byte[] data, string parameters = "", params (string Name, string Value)[] headers) =>
        SendAsync(HttpMethod.Post, $"/?{Parameter("query", query)}&{parameters}", data, "owner", OwnerPassword, headers);

    /// <summary>Posts SQL as a user who may read.</summary>
    public Task<ServedAnswer> ReadAsync(string sql, string parameters = "", params (string Name, string Value)[] headers) =>
        SendAsync(HttpMethod.Post, "/?" + parameters, Encoding.UTF8.GetBytes(sql), "reader", "look", headers);

    /// <summary>Sends a request; without a user no header says who it is.</summary>
    public async Task<ServedAnswer> SendAsync(
        HttpMethod method, string address, byte[]? body = null, string? user = null, string? password = null, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, new Uri(address, UriKind.Relative));
        request.Content = body is null ? null : new ByteArrayContent(body);
        if (user is not null)
        {
            request.Headers.Add("X-ClickHouse-User", user);
            request.Headers.Add("X-ClickHouse-Key", password);
        }

        foreach (var (name, value) in headers)
        {
            if (!request.Headers.TryAddWithoutValidation(name, value))
            {
                request.Content!.Headers.TryAddWithoutValidation(name, value);
            }
        }

        using var response = await Client.SendAsync(request);
        return new ServedAnswer((int)response.StatusCode, await response.Content.ReadAsByteArrayAsync(), response.Headers, response.Content.Headers);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _listener.StopAsync(CancellationToken.None);
        await _listener.DisposeAsync();
        _loggers.Dispose();
    }
}
