using Analytics.Tests.Postgres;
using Xunit;

namespace Analytics.Tests.Views.Sinks;

/// <summary>One server for the tests of a collection, which use tables of their own.</summary>
public sealed class StoppablePostgresFixture : IAsyncLifetime
{
    internal PostgresServer Server { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Server = await PostgresServer.StartNewAsync();

    public ValueTask DisposeAsync() => Server.DisposeAsync();
}
