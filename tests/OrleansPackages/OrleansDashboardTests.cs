// Goal: the dashboard of Orleans, its page and its data, is for whoever has the administrators' token, and is not there at all without one.
using System.Net;
using System.Net.Http.Headers;
using Analytics.Tests.Integration;
using Xunit;

namespace Analytics.Tests.OrleansPackages;

public sealed class OrleansDashboardTests
{
    private const string Token = "open-sesame-0123456789";
    private static readonly string[] Paths = ["/orleans/", "/orleans/DashboardCounters"];

    [Fact]
    public async Task It_opens_to_the_token_only()
    {
        await using var silo = await RunningSilo.StartNewAsync($"--Analytics:Http:AdminToken={Token}");
        foreach (var path in Paths)
        {
            Assert.Equal(HttpStatusCode.Unauthorized, await AskAsync(silo, path, null));
            Assert.Equal(HttpStatusCode.Unauthorized, await AskAsync(silo, path, "wrong"));
            Assert.Equal(HttpStatusCode.OK, await AskAsync(silo, path, Token));
        }
    }

    [Fact]
    public async Task Without_a_token_there_is_none()
    {
        await using var silo = await RunningSilo.StartNewAsync();
        Assert.Equal(HttpStatusCode.NotFound, await AskAsync(silo, Paths[0], Token));
    }

    private static async Task<HttpStatusCode> AskAsync(RunningSilo silo, string path, string? token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Authorization = token is null ? null : new AuthenticationHeaderValue("Bearer", token);
        using var response = await silo.Http.SendAsync(request);
        return response.StatusCode;
    }
}
