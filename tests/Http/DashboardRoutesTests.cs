// Goal: a browser gets the dashboard from this server, with a policy that lets nothing else in; everybody else gets the list of routes; a file is sent once and no other file of the machine ever.
using System.Net.Http.Headers;
using Analytics.Silo.Http.Dashboard;
using Xunit;

namespace Analytics.Tests.Http;

public sealed class DashboardRoutesTests
{
    [Theory]
    [InlineData("text/html,application/xhtml+xml;q=0.9,*/*;q=0.8", "text/html")]
    [InlineData("*/*", "text/plain")]
    [InlineData("application/json", "text/plain")]
    public async Task Browsers_get_the_dashboard_and_others_the_routes(string accept, string type)
    {
        await using var server = await HttpTestServer.StartAsync(log: new EventLogDouble());
        using var answer = await SendAsync(server, "/", accept);
        Assert.Equal((200, type), ((int)answer.StatusCode, answer.Content.Headers.ContentType?.MediaType));
        Assert.Contains("Accept", answer.Headers.Vary);
    }

    [Theory]
    [InlineData("/dashboard/app.js", "text/javascript")]
    [InlineData("/dashboard/pages/overview.js", "text/javascript")]
    [InlineData("/dashboard/style/base.css", "text/css")]
    [InlineData("/dashboard/icon.svg", "image/svg+xml")]
    public async Task Files_come_with_their_type_and_a_strict_policy(string path, string type)
    {
        await using var server = await HttpTestServer.StartAsync(log: new EventLogDouble());
        using var answer = await SendAsync(server, path, "*/*");
        Assert.Equal((200, type), ((int)answer.StatusCode, answer.Content.Headers.ContentType?.MediaType));
        var policy = Assert.Single(answer.Headers.GetValues("Content-Security-Policy"));
        Assert.Contains("default-src 'none'", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
        Assert.Equal("nosniff", Assert.Single(answer.Headers.GetValues("X-Content-Type-Options")));
    }

    [Fact]
    public async Task What_somebody_has_is_not_sent_again_and_travels_packed()
    {
        await using var server = await HttpTestServer.StartAsync(log: new EventLogDouble());
        using var plain = await SendAsync(server, "/dashboard/app.js", "*/*");
        using var packed = await SendAsync(server, "/dashboard/app.js", "*/*", request => request.Headers.AcceptEncoding.ParseAdd("gzip, br"));
        Assert.Equal("br", Assert.Single(packed.Content.Headers.ContentEncoding));
        Assert.True(packed.Content.Headers.ContentLength < plain.Content.Headers.ContentLength);
        using var brotli = new System.IO.Compression.BrotliStream(await packed.Content.ReadAsStreamAsync(), System.IO.Compression.CompressionMode.Decompress);
        using var reader = new StreamReader(brotli);
        Assert.Equal(await plain.Content.ReadAsStringAsync(), await reader.ReadToEndAsync());

        var tag = plain.Headers.ETag!;
        using var known = await SendAsync(server, "/dashboard/app.js", "*/*", request => request.Headers.IfNoneMatch.Add(tag));
        Assert.Equal((304, 0), ((int)known.StatusCode, (await known.Content.ReadAsByteArrayAsync()).Length));
        using var older = await SendAsync(server, "/dashboard/app.js", "*/*", request => request.Headers.IfNoneMatch.Add(new EntityTagHeaderValue("\"old\"")));
        Assert.Equal(200, (int)older.StatusCode);
    }

    [Theory]
    [InlineData("/dashboard/none.js")]
    [InlineData("/dashboard/..%2fAnalytics.Silo.dll")]
    [InlineData("/dashboard/%2e%2e/appsettings.json")]
    [InlineData("/dashboard/Pages/overview.js")]
    public async Task Nothing_else_is_sent(string path)
    {
        await using var server = await HttpTestServer.StartAsync(log: new EventLogDouble());
        (await server.GetAsync(path)).MustBeProblem(404, "route_unknown");
    }

    [Fact]
    public void A_server_without_the_files_has_none() => Assert.Null(new DashboardFiles(Path.Combine(AppContext.BaseDirectory, "no such folder")).Find(DashboardFiles.Page));

    private static Task<HttpResponseMessage> SendAsync(HttpTestServer server, string path, string accept, Action<HttpRequestMessage>? more = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Accept.ParseAdd(accept);
        more?.Invoke(request);
        return server.Client.SendAsync(request);
    }
}
