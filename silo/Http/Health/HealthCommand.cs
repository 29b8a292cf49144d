using Analytics.Silo.Audit;
using Analytics.Silo.Configuration;

namespace Analytics.Silo.Http.Health;

/// <summary><c>health</c> as a command: asks the silo with the same settings on this machine whether it is ready. For images that have neither a shell nor curl.</summary>
internal static class HealthCommand
{
    /// <summary>The first argument that names the command.</summary>
    public const string Name = "health";

    // Shorter than what container runtimes wait, longer than what a check may take.
    private static readonly TimeSpan AnswerTimeMax = TimeSpan.FromSeconds(4);

    /// <summary>Runs it.</summary>
    /// <param name="args">Settings, as the server's.</param>
    /// <param name="output">Gets the answer.</param>
    /// <returns>0 when it is ready, 1 when it is not or does not answer.</returns>
    public static async Task<int> RunAsync(string[] args, TextWriter output)
    {
        var options = SettingsReader.Read(SettingsHost.CreateBuilder(args).Configuration);
        using var client = new HttpClient { Timeout = AnswerTimeMax };
        try
        {
            using var answer = await client.GetAsync(new Uri(RunningSiloAudit.AddressOf(options.Http.Urls) + "/readyz"));
            await output.WriteLineAsync(await answer.Content.ReadAsStringAsync());
            return answer.IsSuccessStatusCode ? 0 : 1;
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
        {
            await output.WriteLineAsync($"no answer: {e.Message}");
            return 1;
        }
    }
}
