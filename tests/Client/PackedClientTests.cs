// Goal: the client as a package is all that a program needs: one that knows nothing else builds against it and runs with a real server, and it begins with the README's first program.
using Analytics.Tests.Integration;
using Xunit;

namespace Analytics.Tests.Client;

public sealed class PackedClientTests
{
    private const string Version = "0.1.0-packed";

    private static readonly TimeSpan StepMax = TimeSpan.FromMinutes(3);

    [Fact]
    public async Task A_program_that_knows_only_the_package_builds_and_runs()
    {
        var program = await File.ReadAllTextAsync(Path.Combine(RepositoryRoot.Path, "tests", "PackedClient", "Program.cs"));
        Assert.StartsWith(await FirstProgramAsync(), program, StringComparison.Ordinal);
        var directory = Directory.CreateTempSubdirectory("analytics-packed-").FullName;
        try
        {
            await using var silo = await RunningSilo.StartNewAsync();
            await RunAsync("dotnet", "pack", Path.Combine(RepositoryRoot.Path, "client", "Analytics.Client.csproj"), "-c", "Release", "--no-build", $"-p:PackageVersion={Version}", "-o", Path.Combine(directory, "feed"));
            File.Copy(Path.Combine(RepositoryRoot.Path, "tests", "PackedClient", "PackedClient.csproj"), Path.Combine(directory, "PackedClient.csproj"));
            await File.WriteAllTextAsync(Path.Combine(directory, "Program.cs"), program.Replace("http://127.0.0.1:8080", silo.Http.BaseAddress!.ToString(), StringComparison.Ordinal));

            // The package comes from the feed into a folder that goes away; everything else is where NuGet keeps it.
            await RunAsync(
                "dotnet", "build", directory, "-c", "Release", "-o", Path.Combine(directory, "out"), $"-p:ClientVersion={Version}", $"-p:RestoreAdditionalProjectSources={Path.Combine(directory, "feed")}",
                $"-p:RestorePackagesPath={Path.Combine(directory, "packages")}", $"-p:RestoreFallbackFolders={KeptPackages}");
            var output = await RunAsync("dotnet", Path.Combine(directory, "out", "PackedClient.dll"));
            var lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
            Assert.Equal(
                ["1000 purchases, 250250 in all", "amount Float64, user String", "u0 25250, u1 24800", "10 series, 250250 in all", "10 groups, 1000 rows", "1000 accepted, 0 refused"], lines[^6..]);
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    private static string KeptPackages => Environment.GetEnvironmentVariable("NUGET_PACKAGES")
        ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");

    private static async Task<string> FirstProgramAsync()
    {
        var readme = await File.ReadAllTextAsync(Path.Combine(RepositoryRoot.Path, "client", "README.md"));
        var begin = readme.IndexOf("```csharp\n", StringComparison.Ordinal) + "```csharp\n".Length;
        return readme[begin..readme.IndexOf("```\n", begin, StringComparison.Ordinal)];
    }

    private static async Task<string> RunAsync(params string[] command)
    {
        using var process = ProcessStarter.Start(["env", "MSBUILDDISABLENODEREUSE=1", "DOTNET_CLI_USE_MSBUILD_SERVER=0", .. command]);
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync().WaitAsync(StepMax);
        Assert.True(process.ExitCode == 0, $"{string.Join(' ', command)}: {await output}{await error}");
        return await output;
    }
}
