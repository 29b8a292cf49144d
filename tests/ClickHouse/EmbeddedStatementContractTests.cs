// Goal: the embedded engine answers, fails and takes parameters as every ClickHouse does.
using Analytics.Grains.ClickHouse;

namespace Analytics.Tests.ClickHouse;

public sealed class EmbeddedStatementContractTests(EngineFixture engine) : StatementContract
{
    protected override async Task<IClickHouse> OpenAsync() => await engine.OpenAsync();
}
