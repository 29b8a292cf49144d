// Goal: what metrics keep beside their tables comes back as the bytes it was, the newest version of each name; many saves share few inserts, a failure
// reaches everyone who waited, and what waits is bounded.
using System.Text;
using Analytics.Grains.ClickHouse;
using Analytics.Grains.Metrics.State;
using Analytics.Grains.Tables;
using Analytics.Tests.ClickHouse;
using Xunit;

namespace Analytics.Tests.Metrics;

public sealed class MetricStateStoreTests(EngineFixture engine)
{
    private static int _keyCount;

    private readonly ManualTime _time = new();
    private readonly string _key = $"p/metric {Interlocked.Increment(ref _keyCount)} of the 'store'";
    private FaultyClickHouse _clickHouse = null!;
    private MetricStateStore _store = null!;

    [Fact]
    public async Task Any_bytes_come_back_by_name_and_key()
    {
        await StartAsync();
        byte[] state = [.. Enumerable.Range(0, 256).Select(i => (byte)i)];
        await SaveAsync("live", 1, state);
        await SaveAsync("duplicates", 7, []);
        await _store.SaveAsync(new StateEntry("live", _key + "x", 9, "other"u8.ToArray()), default);
        await SaveAsync("else", 3, "else"u8.ToArray());
        var entries = await _store.ReadAsync(_key, ["live", "duplicates"], default);
        Assert.Equal(
            [("duplicates", 7UL, 0), ("live", 1UL, 256)],
            entries.OrderBy(entry => entry.Name).Select(entry => (entry.Name, entry.Version, entry.State.Length)));
        Assert.Equal(state, entries.Single(entry => entry.Name == "live").State.ToArray());
        Assert.Empty(await _store.ReadAsync("p/none", ["live"], default));
    }

    [Fact]
    public async Task The_highest_version_counts_whatever_the_order()
    {
        await StartAsync();
        foreach (var version in new ulong[] { 2, 10, 9 })
        {
            await SaveAsync("live", version, Encoding.UTF8.GetBytes($"v{version}"));
        }

        Assert.Equal("v10", await ReadAsync());
        await _clickHouse.ExecuteAsync("OPTIMIZE TABLE analytics.state FINAL");
        Assert.Equal("v10", await ReadAsync());
    }

    [Fact]
    public async Task Saves_that_come_together_share_an_insert_and_few_wait_for_the_interval()
    {
        await StartAsync();
        await SaveFirstAsync();
        Assert.Equal(1, _clickHouse.InsertCount);
        var saves = Enumerable.Range(2, MetricStateStore.EntriesMin - 1).Select(i => TrySaveAsync((ulong)i, 100)).ToList();
        Assert.DoesNotContain(saves, save => save.IsCompleted);
        await Eventually.TrueAsync(() => AdvanceAndSee(saves), "all saves");
        Assert.Equal(2, _clickHouse.InsertCount);
        Assert.Equal(0, _store.WaitingBytes);
    }

    [Fact]
    public async Task Many_saves_wait_for_no_interval()
    {
        await StartAsync();
        await SaveFirstAsync();
        foreach (var round in Enumerable.Range(1, 20))
        {
            var saves = Enumerable.Range(1, MetricStateStore.EntriesMin).Select(i => TrySaveAsync((ulong)((round * 1000) + i), 100));
            await Task.WhenAll(saves).WaitAsync(TimeSpan.FromSeconds(30));
            Assert.Equal(1 + round, _clickHouse.InsertCount);
        }
    }

    [Fact]
    public async Task An_insert_takes_as_many_bytes_as_it_may_and_a_larger_entry_alone()
    {
        await StartAsync();
        var held = new TaskCompletionSource();
        _clickHouse.BeforeInsert = () =>
        {
            held.Task.Wait();
            return null;
        };
        var first = TrySaveAsync(1, 1);
        await Eventually.TrueAsync(() => _store.WaitingBytes == 0, "the first insert");
        const int Half = (int)MetricStateStore.InsertBytesMax / 2;
        var saves = new[] { Half - 200, Half - 200, Half, Half * 3 }.Select((size, i) => TrySaveAsync((ulong)i + 2, size)).Append(first).ToList();
        held.SetResult();
        await Eventually.TrueAsync(() => AdvanceAndSee(saves), "all saves");
        Assert.Equal(4, _clickHouse.InsertCount);
        Assert.Equal(Half * 3, (await _store.ReadAsync(_key, ["live"], default))[0].State.Length);
    }

    [Fact]
    public async Task A_failed_insert_fails_everyone_in_it_and_the_next_one_is_tried()
    {
        await StartAsync();
        await SaveFirstAsync();
        _clickHouse.BeforeInsert = FaultyClickHouse.Times(1, FaultyClickHouse.Unknown);
        var saves = Enumerable.Range(2, MetricStateStore.EntriesMin).Select(i => TrySaveAsync((ulong)i, 10)).ToList();
        foreach (var save in saves)
        {
            Assert.True((await Assert.ThrowsAsync<ClickHouseException>(() => save)).IsOutcomeUnknown);
        }

        var again = SaveAsync("live", 50, "again"u8.ToArray());
        await Eventually.TrueAsync(() => AdvanceAndSee([again]), "the next save");
        Assert.Equal("again", await ReadAsync());
    }

    [Fact]
    public async Task What_waits_is_bounded_and_what_is_refused_was_not_taken()
    {
        await StartAsync();
        var held = new TaskCompletionSource();
        _clickHouse.BeforeInsert = () =>
        {
            held.Task.Wait();
            return FaultyClickHouse.Refused();
        };
        var saves = new List<Task> { TrySaveAsync(1, 1) };
        await Eventually.TrueAsync(() => _store.WaitingBytes == 0, "the first insert");
        var entry = new StateEntry("live", _key, 2, new byte[(MetricStateStore.WaitingBytesMax / 2) - 200]);
        saves.Add(_store.SaveAsync(entry, default));
        saves.Add(_store.SaveAsync(entry, default));
        var e = await Assert.ThrowsAsync<ClickHouseException>(() => _store.SaveAsync(entry with { State = new byte[1000] }, default));
        Assert.Contains("try again later", e.Message, StringComparison.Ordinal);
        Assert.False(e.IsOutcomeUnknown);
        held.SetResult();
        await Eventually.TrueAsync(() => AdvanceAndSee(saves), "all saves");
        Assert.Equal(0, _store.WaitingBytes);
    }

    [Fact]
    public async Task Who_gives_up_waiting_leaves_the_others_alone()
    {
        await StartAsync();
        await SaveFirstAsync();
        using var stopping = new CancellationTokenSource();
        var givenUp = _store.SaveAsync(new StateEntry("live", _key, 2, "second"u8.ToArray()), stopping.Token);
        var other = SaveAsync("live", 3, "third"u8.ToArray());
        await stopping.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => givenUp);
        await Eventually.TrueAsync(() => AdvanceAndSee([other]), "the other save");
        Assert.Equal("third", await ReadAsync());
    }

    [Fact]
    public void An_answer_that_ends_within_a_row_is_an_error()
    {
        byte[] row = [1, (byte)'g', 1, (byte)'n', 5, 0, 0, 0, 0, 0, 0, 0, 2, 8, 9];
        var entry = Assert.Single(StateRows.Read(row));
        Assert.Equal(("g", "n", 5UL), (entry.Key, entry.Name, entry.Version));
        for (var length = 1; length < row.Length; length++)
        {
            Assert.Throws<FormatException>(() => StateRows.Read(row.AsMemory(0, length)));
        }
    }

    private async Task StartAsync()
    {
        _clickHouse = new FaultyClickHouse(await engine.OpenAsync());
        await SystemTables.EnsureAsync(_clickHouse, default);
        _store = new MetricStateStore(_clickHouse, _time);
    }

    /// <summary>The first save waits for nothing; the clock stands still from then on, so what comes next waits for the interval.</summary>
    private Task SaveFirstAsync() => _store.SaveAsync(new StateEntry("live", _key, 1, "first"u8.ToArray()), default);

    private Task SaveAsync(string name, ulong version, byte[] state)
    {
        var save = _store.SaveAsync(new StateEntry(name, _key, version, state), default);
        return Eventually.TrueAsync(() => AdvanceAndSee([save]), "a save");
    }

    private Task TrySaveAsync(ulong version, int sizeBytes) => _store.SaveAsync(new StateEntry("live", _key, version, new byte[sizeBytes]), default);

    private bool AdvanceAndSee(IReadOnlyList<Task> saves)
    {
        _time.Advance(MetricStateStore.InsertInterval);
        return saves.All(save => save.IsCompleted);
    }

    private async Task<string> ReadAsync() => Encoding.UTF8.GetString((await _store.ReadAsync(_key, ["live"], default)).Single().State.Span);
}
