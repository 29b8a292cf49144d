using Analytics.Tests.ClickHouse;
using Xunit;

namespace Analytics.Tests.ClickHouseServer;

/// <summary>One server for the tests of a class; each test uses a database of its own.</summary>
public sealed class ServedFixture(EngineFixture engine) : IAsyncLifetime
{
    internal TestServer Server { get; private set; } = null!;

    /// <summary>The engine behind it.</summary>
    internal EngineFixture Engine => engine;

    public async ValueTask InitializeAsync() => Server = await TestServer.StartAsync(engine);

    public ValueTask DisposeAsync() => Server.DisposeAsync();
}
