using Xunit;

namespace Analytics.Tests.Integration;

/// <summary>One silo process for the tests of a class; each test uses metrics of its own.</summary>
public sealed class SiloFixture : IAsyncLifetime
{
    internal RunningSilo Silo { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Silo = await RunningSilo.StartNewAsync();

    public ValueTask DisposeAsync() => Silo.DisposeAsync();
}
