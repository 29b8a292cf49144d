// Goal: a server over HTTP answers, fails and takes parameters as every ClickHouse does.
using Analytics.Grains.ClickHouse;

namespace Analytics.Tests.ClickHouse.Http;

public sealed class HttpStatementContractTests(ServedClickHouse server) : StatementContract
{
    protected override async Task<IClickHouse> OpenAsync() => await server.OpenAsync();
}
