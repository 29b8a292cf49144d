// Goal: the command that container runtimes ask says what the silo with the same settings says, by its exit code.
using Analytics.Silo.Http.Health;
using Analytics.Tests.Http;
using Xunit;

namespace Analytics.Tests.Deploy;

public sealed class HealthCommandTests
{
    [Fact]
    public async Task It_is_0_for_a_silo_that_is_ready_and_1_for_one_that_is_not_or_does_not_answer()
    {
        var log = new EventLogDouble();
        var server = await HttpTestServer.StartAsync(log: log);
        var url = server.Client.BaseAddress!.ToString().TrimEnd('/');
        using var output = new StringWriter();
        Assert.Equal(0, await HealthCommand.RunAsync([$"--Analytics:Http:Urls={url}"], output));
        Assert.Contains("\"status\":\"ready\"", output.ToString(), StringComparison.Ordinal);
        log.ReadFailure = new Analytics.Silo.Log.EventLogException("disk gone");
        Assert.Equal(1, await HealthCommand.RunAsync([$"--Analytics:Http:Urls={url}"], output));
        Assert.Contains("log: disk gone", output.ToString(), StringComparison.Ordinal);
        await server.DisposeAsync();
        Assert.Equal(1, await HealthCommand.RunAsync([$"--Analytics:Http:Urls={url}"], output));
        Assert.Contains("no answer: ", output.ToString(), StringComparison.Ordinal);
    }
}
