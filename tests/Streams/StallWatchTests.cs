// Goal: a batch that its actor has lost is found, twice asked and in bounded time; whatever else keeps a chunk open is waited for.
using Analytics.GrainInterfaces.Ledger;
using Analytics.Silo.Ingest.Streams;
using Xunit;

namespace Analytics.Tests.Streams;

public sealed class StallWatchTests
{
    private static readonly TimeSpan StallMax = TimeSpan.FromSeconds(30);

    private readonly ManualTime _time = new();
    private readonly FakeLedger _ledger = new();
    private readonly StallWatch _watch;
    private readonly Dictionary<string, Func<bool>> _holds = [];
    private readonly List<string> _asked = [];
    private long _epoch;

    public StallWatchTests()
    {
        _ledger.Metric = key => new HoldingActor(() =>
        {
            _asked.Add(key);
            return _holds[key]();
        });
        _watch = new StallWatch(_ledger.Factory, StallMax, _time);
    }

    [Fact]
    public async Task A_batch_that_its_actor_does_not_know_twice_is_lost()
    {
        await BeginAsync();
        await HandOverAsync(0, "a", "b");
        await AcknowledgeAsync(0, 0);
        _holds["p/b"] = () => false;
        Assert.Null(await LookAfterAsync(StallMax));
        var lost = await LookAfterAsync(StallMax);
        Assert.Contains("p/b", lost, StringComparison.Ordinal);
        Assert.Equal(["p/b", "p/b"], _asked);
    }

    [Fact]
    public async Task Nobody_is_asked_before_the_time_or_while_chunks_move()
    {
        await BeginAsync();
        await HandOverAsync(0, "a");
        await HandOverAsync(1, "a");
        await HandOverAsync(2, "a");
        _holds["p/a"] = () => false;
        Assert.Null(await LookAfterAsync(StallMax - TimeSpan.FromSeconds(1)));
        await AcknowledgeAsync(0, 0);
        Assert.Null(await LookAfterAsync(StallMax - TimeSpan.FromSeconds(1)));
        await AcknowledgeAsync(1, 0);
        Assert.Null(await LookAfterAsync(StallMax - TimeSpan.FromSeconds(1)));
        Assert.Empty(_asked);
        Assert.Null(await LookAfterAsync(StallMax));
        Assert.Single(_asked);
    }

    [Fact]
    public async Task A_batch_that_its_actor_still_holds_is_waited_for_without_end()
    {
        await BeginAsync();
        await HandOverAsync(0, "a");
        _holds["p/a"] = () => true;
        for (var i = 0; i < 100; i++)
        {
            Assert.Null(await LookAfterAsync(StallMax));
        }
    }

    [Fact]
    public async Task An_actor_that_cannot_answer_has_not_lost_anything()
    {
        await BeginAsync();
        await HandOverAsync(0, "a");
        _holds["p/a"] = () => throw new TimeoutException();
        for (var i = 0; i < 100; i++)
        {
            Assert.Null(await LookAfterAsync(StallMax));
        }
    }

    [Fact]
    public async Task A_batch_that_turns_up_between_the_two_questions_is_not_lost()
    {
        await BeginAsync();
        await HandOverAsync(0, "a");
        var isHeld = false;
        _holds["p/a"] = () => isHeld;
        Assert.Null(await LookAfterAsync(StallMax));
        isHeld = true;
        Assert.Null(await LookAfterAsync(StallMax));
        isHeld = false;
        Assert.Null(await LookAfterAsync(StallMax));
        Assert.NotNull(await LookAfterAsync(StallMax));
    }

    [Fact]
    public async Task A_rewind_that_does_not_help_is_repeated_ever_more_slowly()
    {
        _holds["p/a"] = () => false;
        for (var patience = 1; patience <= 32; patience *= 2)
        {
            await BeginAsync();
            await HandOverAsync(0, "a");
            Assert.Null(await LookAfterAsync((StallMax * patience) - TimeSpan.FromSeconds(1)));
            Assert.Null(await LookAfterAsync(TimeSpan.FromSeconds(1)));
            Assert.Null(await LookAfterAsync((StallMax * patience) - TimeSpan.FromSeconds(1)));
            Assert.NotNull(await LookAfterAsync(TimeSpan.FromSeconds(1)));
        }
    }

    private async Task BeginAsync()
    {
        _epoch = await _ledger.OpenAsync(0);
        _watch.Begin(_epoch, 0);
    }

    private async Task HandOverAsync(long chunkId, params string[] metrics)
    {
        var batches = metrics.Select(metric => Streams.Batch(metric, chunkId * 10, 1, _epoch)).ToArray();
        await _ledger.RegisterAsync(_epoch, new ChunkRegistration(chunkId, (chunkId * 10) + 10, batches.Length));
        _watch.Add((chunkId * 10) + 10, Array.ConvertAll(batches, batch => batch.Key));
    }

    private Task AcknowledgeAsync(long chunkId, int index) => _ledger.AcknowledgeAsync([new BatchAcknowledgement(0, _epoch, chunkId, index)]);

    private async Task<string?> LookAfterAsync(TimeSpan time)
    {
        _time.Advance(time);
        return await _watch.FindLostAsync(_ledger, await _ledger.GetStatusAsync(_epoch));
    }
}
