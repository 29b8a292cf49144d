// Goal: the image's file copies what there is, for users without rights, from images with fixed tags, and its context has what it copies and little else.
using System.Text.RegularExpressions;
using Analytics.Tests.Scale;
using Xunit;

namespace Analytics.Tests.Deploy;

public sealed partial class DockerfileTests
{
    private static readonly string[] Lines = File.ReadAllLines(Path.Combine(RepositoryRoot.Path, "deploy", "Dockerfile"));
    private static readonly string[] Context = File.ReadAllLines(Path.Combine(RepositoryRoot.Path, "deploy", "Dockerfile.dockerignore"));

    [Fact]
    public void Everything_it_copies_is_in_the_repository_and_in_the_context()
    {
        var sources = Lines.Where(line => line.StartsWith("COPY ", StringComparison.Ordinal) && !line.Contains("--from=", StringComparison.Ordinal))
            .SelectMany(line => line.Split(' ')[1..^1]).ToArray();
        Assert.Contains("silo", sources);
        foreach (var source in sources)
        {
            Assert.True(Path.Exists(Path.Combine(RepositoryRoot.Path, source)), source);
            Assert.Contains("!" + source.Split('/')[0], Context);
        }

        Assert.Equal("*", Context.First(line => !line.StartsWith('#')));
    }

    [Fact]
    public void Every_project_that_the_server_is_built_from_is_copied_with_what_it_imports()
    {
        var folders = Lines.Where(line => line.StartsWith("COPY ", StringComparison.Ordinal)).SelectMany(line => line.Split(' ')).ToHashSet();
        var queue = new Queue<string>(["silo/Analytics.Silo.csproj"]);
        while (queue.TryDequeue(out var project))
        {
            Assert.Contains(project.Split('/')[0], folders);
            var text = File.ReadAllText(Path.Combine(RepositoryRoot.Path, project));
            Assert.All(Import().Matches(text), import => Assert.Contains(import.Groups[1].Value, folders));
            foreach (Match reference in Reference().Matches(text))
            {
                queue.Enqueue(Path.GetRelativePath(RepositoryRoot.Path, Path.GetFullPath(Path.Combine(RepositoryRoot.Path, Path.GetDirectoryName(project)!, reference.Groups[1].Value))));
            }
        }
    }

    [Fact]
    public void Stages_come_from_fixed_images_or_from_each_other_and_the_server_runs_without_rights()
    {
        var stages = new HashSet<string>();
        foreach (var words in Lines.Where(line => line.StartsWith("FROM ", StringComparison.Ordinal)).Select(line => line.Split(' ')))
        {
            Assert.True(stages.Contains(words[1]) || PinnedImage.IsPinned(words[1]), words[1]);
            stages.Add(words[3]);
        }

        Assert.Superset(new HashSet<string>(["build", "chdb", "server", "embedded"]), stages);
        Assert.All(
            Lines.Where(line => line.StartsWith("COPY --from=", StringComparison.Ordinal)), line => Assert.Contains(line.Split(' ')[1]["--from=".Length..], stages));
        var server = Lines.SkipWhile(line => !line.EndsWith(" AS server", StringComparison.Ordinal)).ToArray();
        Assert.Contains("USER 1654:1654", server);
        Assert.DoesNotContain(server, line => line.StartsWith("RUN", StringComparison.Ordinal) || line.StartsWith("USER root", StringComparison.Ordinal));
        Assert.Contains(server, line => line.StartsWith("HEALTHCHECK", StringComparison.Ordinal) && line.EndsWith("\"health\"]", StringComparison.Ordinal));
        Assert.Contains("chiseled", server[0], StringComparison.Ordinal);
    }

    [Fact]
    public void Its_variables_are_settings()
    {
        var variables = Variable().Matches(string.Join('\n', Lines)).ToDictionary(match => match.Groups[1].Value + match.Index, match => match.Groups[1].Value).Values;
        Assert.Contains("Analytics__DataDirectory", variables);
        Assert.Empty(EnvironmentKeys.Unknown(variables));
    }

    [Fact]
    public void The_image_with_the_engine_in_it_has_the_memory_setting_that_is_measured() =>
        Assert.Contains(Lines.SkipWhile(line => !line.EndsWith(" AS embedded", StringComparison.Ordinal)), line => line.Contains(ScaleOptions.HighMemory, StringComparison.Ordinal));

    [GeneratedRegex("""<ProjectReference Include="([^"$]+)" """)]
    private static partial Regex Reference();

    [GeneratedRegex("""<Import Project="\.\./(eng/[^"$]+)" """)]
    private static partial Regex Import();

    [GeneratedRegex(@"\b(Analytics__\w+)=")]
    private static partial Regex Variable();
}
