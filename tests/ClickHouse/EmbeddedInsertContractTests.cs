// Goal: the embedded engine takes blocks as every ClickHouse does.
using Analytics.Grains.ClickHouse;

namespace Analytics.Tests.ClickHouse;

public sealed class EmbeddedInsertContractTests(EngineFixture engine) : InsertContract
{
    protected override async Task<IClickHouse> OpenAsync() => await engine.OpenAsync();
}
