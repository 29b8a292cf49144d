// Goal: the library is looked for where the documentation says, in that order, and every way of not finding it is one clear sentence.
using Analytics.Grains.ClickHouse;
using Analytics.Grains.ClickHouse.Embedded;
using Xunit;

namespace Analytics.Tests.ClickHouse;

public sealed class ChdbLibraryTests(EngineFixture engine) : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("analytics-library-");

    public void Dispose() => _directory.Delete(recursive: true);

    [Theory]
    [InlineData("/opt/a.so", "/opt/b.so", "/cache", "/opt/a.so")]
    [InlineData("", "/opt/b.so", "/cache", "/opt/b.so")]
    [InlineData(null, "/opt/b.so", "/cache", "/opt/b.so")]
    [InlineData(null, "", "/cache", "/cache/analytics/chdb/26.7.3-stable.1/libchdb.so")]
    [InlineData(null, null, "/cache", "/cache/analytics/chdb/26.7.3-stable.1/libchdb.so")]
    [InlineData(null, null, null, "/home/someone/.cache/analytics/chdb/26.7.3-stable.1/libchdb.so")]
    [InlineData(null, null, "", "/home/someone/.cache/analytics/chdb/26.7.3-stable.1/libchdb.so")]
    public void The_option_comes_before_the_environment_and_that_before_the_cache(string? option, string? variable, string? cache, string expected)
    {
        var path = ChdbLibrary.Locate(option, name => name switch
        {
            ChdbLibrary.PathVariable => variable,
            "XDG_CACHE_HOME" => cache,
            "HOME" => "/home/someone",
            _ => null,
        });
        Assert.Equal(expected, path);
    }

    [Fact]
    public void A_missing_library_is_one_clear_sentence()
    {
        var path = Path.Combine(_directory.FullName, "libchdb.so");
        var exception = Assert.Throws<ClickHouseException>(() => ChdbLibrary.Load(path));
        Assert.Contains(path, exception.Message, StringComparison.Ordinal);
        Assert.Contains("eng/fetch-chdb.sh", exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', exception.Message);
    }

    [Fact]
    public async Task Another_library_besides_the_loaded_one_is_refused()
    {
        await engine.OpenAsync();
        var path = Path.Combine(_directory.FullName, "libchdb.so");
        await File.WriteAllTextAsync(path, "not a library");
        var exception = Assert.Throws<ClickHouseException>(() => ChdbLibrary.Load(path));
        Assert.Contains("loaded already", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_script_fetches_the_version_that_is_looked_for()
    {
        var script = File.ReadAllText(Path.Combine(RepositoryRoot.Path, "eng", "fetch-chdb.sh"));
        Assert.Contains($"version={ChdbLibrary.Version}\n", script, StringComparison.Ordinal);
        var pins = File.ReadAllText(Path.Combine(RepositoryRoot.Path, "eng", "npm.pins"));
        Assert.Contains($" {ChdbLibrary.Version} ", pins, StringComparison.Ordinal);
    }
}
