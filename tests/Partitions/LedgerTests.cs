// Goal: the ledger never says durable what is not: the watermark stops at the first chunk with an unacknowledged batch, whatever comes in
// whichever order, and only acknowledgements of the current epoch count. An independent checker keeps all acknowledgements and compares.
using Analytics.GrainInterfaces.Ledger;
using Analytics.Grains.Partitions;
using Analytics.Tests.Live;
using Xunit;

namespace Analytics.Tests.Partitions;

public sealed class LedgerTests
{
    private readonly LedgerClock _clock = new();
    private readonly Ledger _ledger;

    public LedgerTests() => _ledger = new Ledger(_clock);

    [Fact]
    public void Before_a_receiver_came_no_epoch_is_current()
    {
        var status = _ledger.Describe(-1);
        Assert.False(status.IsCurrent);
        Assert.Equal("No receiver has opened this partition yet.", status.EndReason);
        Assert.False(_ledger.Register(-1, new ChunkRegistration(0, 1, 0)).IsCurrent);
    }

    [Fact]
    public void An_epoch_starts_at_the_committed_offset_with_nothing_open() =>
        Assert.Equal(new LedgerStatus(true, 17, 0), _ledger.Describe(_ledger.Open(17)));

    [Fact]
    public void The_watermark_moves_when_the_first_open_chunk_is_complete()
    {
        var epoch = _ledger.Open(10);
        Register(epoch, 0, 20, 2);
        Register(epoch, 1, 30, 1);
        Assert.Equal(new LedgerStatus(true, 10, 2), _ledger.Describe(epoch));
        Acknowledge(epoch, 1, 0);
        Acknowledge(epoch, 0, 1);
        Assert.Equal(new LedgerStatus(true, 10, 2), _ledger.Describe(epoch));
        Acknowledge(epoch, 0, 0);
        Assert.Equal(new LedgerStatus(true, 30, 0), _ledger.Describe(epoch));
    }

    [Fact]
    public void A_chunk_without_batches_is_durable_as_soon_as_all_before_it_are()
    {
        var epoch = _ledger.Open(0);
        Assert.Equal(5, Register(epoch, 0, 5, 0).DurableOffset);
        Register(epoch, 1, 6, 1);
        Assert.Equal(5, Register(epoch, 2, 9, 0).DurableOffset);
        Acknowledge(epoch, 1, 0);
        Assert.Equal(9, _ledger.Describe(epoch).DurableOffset);
    }

    [Theory]
    [InlineData(1, 20)]
    [InlineData(-1, 20)]
    [InlineData(0, 10)]
    [InlineData(0, 9)]
    public void A_chunk_out_of_order_is_a_bug_and_says_so(long chunkId, long nextOffset)
    {
        var epoch = _ledger.Open(10);
        var error = Assert.Throws<InvalidOperationException>(() => Register(epoch, chunkId, nextOffset, 1));
        Assert.Contains("chunk 0 beyond 10 is due", error.Message, StringComparison.Ordinal);
        Assert.Equal(new LedgerStatus(true, 10, 0), _ledger.Describe(epoch));
    }

    [Fact]
    public void A_chunk_announced_twice_is_a_bug_and_says_so()
    {
        var epoch = _ledger.Open(10);
        Register(epoch, 0, 20, 1);
        Assert.Throws<InvalidOperationException>(() => Register(epoch, 0, 20, 1));
        Assert.Throws<InvalidOperationException>(() => Register(epoch, 1, 20, 1));
        Register(epoch, 1, 21, 1);
    }

    [Fact]
    public void Acknowledgements_of_batches_that_do_not_exist_change_nothing()
    {
        var epoch = _ledger.Open(0);
        Register(epoch, 0, 5, 1);
        Acknowledge(epoch, 0, 1);
        Acknowledge(epoch, 0, -1);
        Acknowledge(epoch, 1, 0);
        Acknowledge(epoch - 1, 0, 0);
        Acknowledge(epoch + 1, 0, 0);
        Assert.Equal(new LedgerStatus(true, 0, 1), _ledger.Describe(epoch));
    }

    [Fact]
    public void A_repeated_acknowledgement_counts_once()
    {
        var epoch = _ledger.Open(0);
        Register(epoch, 0, 5, 2);
        Acknowledge(epoch, 0, 1);
        Acknowledge(epoch, 0, 1);
        Assert.Equal(0, _ledger.Describe(epoch).DurableOffset);
    }

    [Fact]
    public void A_new_epoch_ends_the_old_one_and_forgets_its_chunks()
    {
        var old = _ledger.Open(0);
        Register(old, 0, 5, 1);
        var epoch = _ledger.Open(2);
        Assert.True(epoch > old);
        var status = _ledger.Describe(old);
        Assert.False(status.IsCurrent);
        Assert.Equal($"Epoch {epoch} has taken over from epoch {old}.", status.EndReason);
        Register(epoch, 0, 5, 1);
        Acknowledge(old, 0, 0);
        Assert.Equal(new LedgerStatus(true, 2, 1), _ledger.Describe(epoch));
        Assert.False(Register(old, 1, 9, 0).IsCurrent);
        Assert.Equal(new LedgerStatus(true, 2, 1), _ledger.Describe(epoch));
    }

    [Fact]
    public void An_ended_epoch_stays_ended_with_its_first_reason_and_its_watermark_stands_still()
    {
        var epoch = _ledger.Open(0);
        Register(epoch, 0, 5, 1);
        _ledger.End(epoch, "a gap");
        _ledger.End(epoch, "another");
        Acknowledge(epoch, 0, 0);
        var status = Register(epoch, 1, 9, 0);
        Assert.Equal(new LedgerStatus(false, 0, 0, "a gap"), status);
    }

    [Fact]
    public void Only_the_current_epoch_can_be_ended()
    {
        var old = _ledger.Open(0);
        var epoch = _ledger.Open(0);
        _ledger.End(old, "late");
        _ledger.End(epoch + 1, "early");
        Assert.True(_ledger.Describe(epoch).IsCurrent);
    }

    [Fact]
    public void Epochs_ascend_also_when_the_clock_goes_back_and_after_a_restart()
    {
        var first = _ledger.Open(0);
        _clock.NowMs -= 5_000;
        var second = _ledger.Open(0);
        Assert.Equal(first + 1, second);
        _clock.NowMs += 10_000;
        Assert.Equal(_clock.NowMs, new Ledger(_clock).Open(0));
        Assert.True(_clock.NowMs > second);
    }

    [Fact]
    public void Random_acknowledgements_never_move_the_watermark_past_an_open_chunk() =>
        Seeded.Run(300, static random => new LedgerSimulation(random).Run());

    private LedgerStatus Register(long epoch, long chunkId, long nextOffset, int batchCount) =>
        _ledger.Register(epoch, new ChunkRegistration(chunkId, nextOffset, batchCount));

    private void Acknowledge(long epoch, long chunkId, int chunkIndex) =>
        _ledger.Acknowledge([new BatchAcknowledgement(0, epoch, chunkId, chunkIndex)]);
}
