// Goal: that a field has many different texts is known at once, to other metrics of its project alone, and after a restart; failing to save it harms nobody.
using Analytics.Grains.ClickHouse;
using Analytics.Grains.Tables;
using Analytics.Tests.ClickHouse;
using Analytics.Tests.Metrics;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Analytics.Tests.Tables;

public sealed class ManyTextsTests(EngineFixture engine)
{
    [Fact]
    public async Task What_is_noted_is_known_at_once_and_after_a_restart()
    {
        var clickHouse = await engine.OpenAsync();
        await SystemTables.EnsureAsync(clickHouse, CancellationToken.None);
        var project = await engine.NewDatabaseAsync();
        var texts = await ReadAsync(clickHouse);
        Assert.False(texts.Contains(project, "it's"));
        texts.Note(project, "it's");
        Assert.True(texts.Contains(project, "it's"));
        Assert.False(texts.Contains(project, "its"));
        Assert.False(texts.Contains("other", "it's"));
        await Eventually.IsTrueAsync(async () => (await ReadAsync(clickHouse)).Contains(project, "it's"), TimeSpan.FromSeconds(10), () => "It is not saved.");
    }

    [Fact]
    public async Task What_cannot_be_saved_is_known_until_the_next_start_and_what_cannot_be_read_is_read_later()
    {
        var clickHouse = new FaultyClickHouse(await engine.OpenAsync());
        await SystemTables.EnsureAsync(clickHouse, CancellationToken.None);
        var project = await engine.NewDatabaseAsync();
        var failures = new FailureLog();
        var texts = new ManyTexts(clickHouse, TimeProvider.System, failures.CreateLogger("texts"));
        clickHouse.BeforeStatement = _ => FaultyClickHouse.Refused();
        await Assert.ThrowsAsync<ClickHouseException>(() => texts.EnsureReadAsync(CancellationToken.None));
        texts.Note(project, "user");
        await Eventually.IsTrueAsync(() => Task.FromResult(failures.Messages.Count > 0), TimeSpan.FromSeconds(10), () => "Nothing was said.");
        Assert.True(texts.Contains(project, "user"));

        clickHouse.BeforeStatement = _ => null;
        await texts.EnsureReadAsync(CancellationToken.None);
        Assert.True(texts.Contains(project, "user"));
        Assert.False((await ReadAsync(clickHouse)).Contains(project, "user"));
    }

    private static async Task<ManyTexts> ReadAsync(IClickHouse clickHouse)
    {
        var texts = new ManyTexts(clickHouse, TimeProvider.System, NullLogger.Instance);
        await texts.EnsureReadAsync(CancellationToken.None);
        return texts;
    }
}
