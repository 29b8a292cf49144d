// Goal: the embedded engine keeps users' SQL within bounds as every ClickHouse does.
using Analytics.Grains.ClickHouse;

namespace Analytics.Tests.ClickHouse;

public sealed class EmbeddedReaderContractTests(EngineFixture engine) : ReaderContract
{
    protected override async Task<IClickHouse> OpenAsync() => await engine.OpenAsync();
}
