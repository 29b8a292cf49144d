using Analytics.Tests.Postgres;
using Xunit;

[assembly: AssemblyFixture(typeof(PostgresFixture))]

namespace Analytics.Tests.Postgres;

/// <summary>One PostgreSQL for all tests, each with a database of its own. Started when the first test asks for one.</summary>
public sealed class PostgresFixture : IAsyncDisposable
{
    private readonly Lazy<Task<PostgresServer>> _server = new(PostgresServer.StartNewAsync);

    /// <summary>Makes an empty database.</summary>
    /// <returns>Its connection string.</returns>
    public async Task<string> CreateDatabaseAsync() => await (await _server.Value).CreateDatabaseAsync();

    public async ValueTask DisposeAsync()
    {
        if (_server.IsValueCreated)
        {
            await (await _server.Value).DisposeAsync();
        }
    }
}
