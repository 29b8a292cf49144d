// Goal: a server over HTTP takes blocks as every ClickHouse does.
using Analytics.Grains.ClickHouse;

namespace Analytics.Tests.ClickHouse.Http;

public sealed class HttpInsertContractTests(ServedClickHouse server) : InsertContract
{
    protected override async Task<IClickHouse> OpenAsync() => await server.OpenAsync();
}
