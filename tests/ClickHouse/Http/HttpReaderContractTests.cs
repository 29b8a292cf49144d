// Goal: a server over HTTP keeps users' SQL within bounds as every ClickHouse does.
using Analytics.Grains.ClickHouse;

namespace Analytics.Tests.ClickHouse.Http;

public sealed class HttpReaderContractTests(ServedClickHouse server) : ReaderContract
{
    protected override async Task<IClickHouse> OpenAsync() => await server.OpenAsync();
}
