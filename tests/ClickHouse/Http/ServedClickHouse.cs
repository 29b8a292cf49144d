using Analytics.Grains.ClickHouse.Http;
using Analytics.Grains.Configuration;
using Analytics.Tests.ClickHouse.Http;
using Analytics.Tests.Integration;
using Xunit;

[assembly: AssemblyFixture(typeof(ServedClickHouse))]

namespace Analytics.Tests.ClickHouse.Http;

/// <summary>A real engine behind ClickHouse's HTTP protocol, in a process of its own, and a client of it. Started when the first test asks for it.</summary>
public sealed class ServedClickHouse : IAsyncDisposable
{
    private const string OwnerPassword = "owner's: password";
    private const string GuestPassword = "guest";

    private readonly string _url = FaultyServer.UrlOfNobody();
    private readonly Lazy<Task<(RunningSilo Silo, HttpClickHouse Client)>> _server;

    public ServedClickHouse() => _server = new Lazy<Task<(RunningSilo, HttpClickHouse)>>(StartAsync);

    /// <summary>How it is reached, with the limits that the contract wants.</summary>
    public ClickHouseOptions Options => new()
    {
        Kind = ClickHouseOptions.Http,
        Url = _url,
        User = "owner",
        Password = OwnerPassword,
        QueryUser = "guest",
        QueryPassword = GuestPassword,
        QuerySecondsMax = EngineFixture.Options.QuerySecondsMax,
        QueryRowsMax = EngineFixture.Options.QueryRowsMax,
        QueryBytesMax = EngineFixture.Options.QueryBytesMax,
    };

    /// <summary>Settings of a silo that serves its engine at an address, to an owner and a guest.</summary>
    internal static string[] SettingsOf(string url) =>
    [
        $"--Analytics:ClickHouse:Serve={url}",
        "--Analytics:ClickHouse:ServeUsers:0:Name=owner", $"--Analytics:ClickHouse:ServeUsers:0:Password={OwnerPassword}", "--Analytics:ClickHouse:ServeUsers:0:Access=Full",
        "--Analytics:ClickHouse:ServeUsers:1:Name=guest", $"--Analytics:ClickHouse:ServeUsers:1:Password={GuestPassword}",
    ];

    /// <summary>Settings of a silo whose tables are there.</summary>
    internal static string[] SettingsOfClient(string url) =>
    [
        "--Analytics:ClickHouse:Kind=Http", $"--Analytics:ClickHouse:Url={url}",
        "--Analytics:ClickHouse:User=owner", $"--Analytics:ClickHouse:Password={OwnerPassword}",
        "--Analytics:ClickHouse:QueryUser=guest", $"--Analytics:ClickHouse:QueryPassword={GuestPassword}",
    ];

    /// <summary>The client.</summary>
    public async Task<HttpClickHouse> OpenAsync() => (await _server.Value).Client;

    public async ValueTask DisposeAsync()
    {
        if (_server.IsValueCreated)
        {
            var (silo, client) = await _server.Value;
            await client.DisposeAsync();
            await silo.DisposeAsync();
        }
    }

    private async Task<(RunningSilo Silo, HttpClickHouse Client)> StartAsync()
    {
        var silo = await RunningSilo.StartNewAsync(SettingsOf(_url));
        var client = Servers.Open(Options);
        await client.ConnectAsync(CancellationToken.None);
        return (silo, client);
    }
}
