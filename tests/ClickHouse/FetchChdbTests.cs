// Goal: eng/fetch-chdb.sh installs what is pinned and nothing else: no npm, a failed download, a wrong checksum and an unpinned package each end
// in one clear sentence and leave nothing behind; a good one is installed whole, also by two runs at once, and is then there at once. No network:
// npm is a script.
using System.Diagnostics;
using System.Security.Cryptography;
using Xunit;

namespace Analytics.Tests.ClickHouse;

public sealed class FetchChdbTests : IDisposable
{
    private const string Version = "26.7.3-stable.1";

    private readonly string _root = Directory.CreateTempSubdirectory("analytics-fetch-").FullName;

    public FetchChdbTests()
    {
        Directory.CreateDirectory(Path.Combine(_root, "eng"));
        Directory.CreateDirectory(Path.Combine(_root, "bin"));
        Directory.CreateDirectory(Path.Combine(_root, "package"));
        foreach (var script in new[] { "fetch-chdb.sh", "fetch-npm.sh" })
        {
            File.Copy(Path.Combine(RepositoryRoot.Path, "eng", script), Path.Combine(_root, "eng", script));
        }

        foreach (var tool in new[] { "sh", "dirname", "basename", "uname", "awk", "mkdir", "find", "mktemp", "rm", "cat", "sha512sum", "shasum", "cut", "tar", "gzip", "mv", "cp" })
        {
            var path = new[] { "/usr/bin/", "/bin/" }.Select(directory => directory + tool).FirstOrDefault(File.Exists);
            if (path is not null)
            {
                File.CreateSymbolicLink(Path.Combine(_root, "bin", tool), path);
            }
        }

        File.WriteAllText(Path.Combine(_root, "package", "libchdb.so"), "the library");
        Run("tar", ["-czf", Path.Combine(_root, "package.tgz"), "-C", _root, "package/libchdb.so"]);
        Pin(Convert.ToHexStringLower(SHA512.HashData(File.ReadAllBytes(Path.Combine(_root, "package.tgz")))));
    }

    private string Library => Path.Combine(_root, "cache", "analytics", "chdb", Version, "libchdb.so");

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public void The_pinned_library_is_installed_and_its_path_is_the_last_line()
    {
        Npm("cp \"$ROOT/package.tgz\" \"$4/lib.tgz\"");
        var (code, output, errors) = Fetch();
        Assert.Equal((0, Library + "\n"), (code, output));
        Assert.Equal("the library", File.ReadAllText(Library));
        Assert.Single(errors.TrimEnd().Split('\n'));
        Assert.Contains("downloading", errors, StringComparison.Ordinal);
        AssertNothingElse();
    }

    [Fact]
    public void What_is_there_already_needs_no_npm()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Library)!);
        File.WriteAllText(Library, "there");
        Assert.Equal((0, Library + "\n", string.Empty), Fetch());
        Assert.Equal("there", File.ReadAllText(Library));
    }

    [Fact]
    public void Without_npm_it_says_what_to_install()
    {
        var (code, output, errors) = Fetch();
        Assert.Equal((1, string.Empty), (code, output));
        Assert.Equal("fetch-npm: npm is not installed: install Node.js with npm (Debian: apt-get install npm) and run again.\n", errors);
        Assert.False(Directory.Exists(Path.Combine(_root, "cache")));
    }

    [Fact]
    public void A_wrong_checksum_is_refused_and_nothing_is_installed()
    {
        Npm("cp \"$ROOT/package.tgz\" \"$4/lib.tgz\"; printf x >> \"$4/lib.tgz\"");
        var (code, output, errors) = Fetch();
        Assert.Equal((1, string.Empty), (code, output));
        Assert.Contains("checksum", errors, StringComparison.Ordinal);
        Assert.False(File.Exists(Library));
        AssertNothingElse();
    }

    [Fact]
    public void A_failed_download_shows_npms_words()
    {
        Npm("echo 'npm error 404' >&2; exit 1");
        var (code, output, errors) = Fetch();
        Assert.Equal((1, string.Empty), (code, output));
        Assert.Contains("npm error 404", errors, StringComparison.Ordinal);
        Assert.Contains("could not download", errors, StringComparison.Ordinal);
        AssertNothingElse();
    }

    [Fact]
    public void An_npm_that_leaves_nothing_is_refused()
    {
        Npm("exit 0");
        var (code, _, errors) = Fetch();
        Assert.Equal(1, code);
        Assert.Contains("no package file", errors, StringComparison.Ordinal);
        AssertNothingElse();
    }

    [Fact]
    public void A_package_without_a_pin_is_refused_before_anything_is_downloaded()
    {
        Npm("echo downloaded >> \"$ROOT/log\"");
        File.WriteAllText(Path.Combine(_root, "eng", "npm.pins"), $"@chdb/lib-for-another-machine {Version} 00\n");
        var (code, _, errors) = Fetch();
        Assert.Equal(1, code);
        Assert.Contains("has no checksum", errors, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(_root, "log")));
    }

    [Fact]
    public async Task Two_runs_at_once_both_end_well()
    {
        Npm("cp \"$ROOT/package.tgz\" \"$4/lib.tgz\"");
        var runs = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(Fetch)));
        Assert.All(runs, run => Assert.Equal((0, Library + "\n"), (run.Code, run.Output)));
        Assert.Equal("the library", await File.ReadAllTextAsync(Library));
        AssertNothingElse();
    }

    [Fact]
    public void The_scripts_name_no_host()
    {
        foreach (var path in Directory.GetFiles(Path.Combine(_root, "eng"), "*.sh"))
        {
            var script = File.ReadAllText(path);
            Assert.DoesNotContain("://", script, StringComparison.Ordinal);
            Assert.DoesNotContain("--registry", script, StringComparison.Ordinal);
        }
    }

    private void Pin(string checksum) => File.WriteAllLines(
        Path.Combine(_root, "eng", "npm.pins"),
        new[] { "linux-x64-gnu", "linux-arm64-gnu", "darwin-x64", "darwin-arm64" }.Select(machine => $"@chdb/lib-{machine} {Version} {checksum}"));

    private void Npm(string body)
    {
        var path = Path.Combine(_root, "bin", "npm");
        File.WriteAllText(path, $"#!/bin/sh\n[ \"$1 $3\" = \"pack --pack-destination\" ] || exit 9\n{body}\n");
        Run("chmod", ["+x", path]);
    }

    private void AssertNothingElse()
    {
        var root = Path.Combine(_root, "cache", "analytics");
        Assert.All(Directory.GetFileSystemEntries(root), entry => Assert.Equal("chdb", Path.GetFileName(entry)));
        if (Directory.Exists(Path.Combine(root, "chdb")))
        {
            Assert.All(Directory.GetFileSystemEntries(Path.Combine(root, "chdb")), entry => Assert.Equal(Version, Path.GetFileName(entry)));
        }
    }

    private (int Code, string Output, string Errors) Fetch() => Run("sh", [Path.Combine(_root, "eng", "fetch-chdb.sh")], isolated: true);

    private (int Code, string Output, string Errors) Run(string program, string[] arguments, bool isolated = false)
    {
        var start = new ProcessStartInfo(isolated ? Path.Combine(_root, "bin", program) : program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        if (isolated)
        {
            start.Environment.Clear();
            start.Environment["PATH"] = Path.Combine(_root, "bin");
            start.Environment["HOME"] = _root;
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
