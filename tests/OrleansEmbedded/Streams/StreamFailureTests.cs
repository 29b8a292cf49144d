// Goal: a delivery that fails is tried again until its time is up; then everyone is told, and the cursor says whether it is offered again.
using Analytics.Tests.OrleansEmbedded.Support.Streams;
using Xunit;

namespace Analytics.Tests.OrleansEmbedded.Streams;

public sealed class StreamFailureTests
{
    private const int FailedToReadEvent = 9043;
    private const int GaveUpReadingEvent = 9044;

    [Fact]
    public async Task A_delivery_that_fails_is_tried_again_and_the_next_one_waits()
    {
        var queues = new TestQueues();
        var plan = new ConsumerPlan();
        plan.Failures["a"] = 3;
        await using var silo = await StreamSilo.StartAsync(queues, plan);

        queues.Push(ConsumerGrain.Namespace, "a", 1);
        queues.Push(ConsumerGrain.Namespace, "a", 2);
        await silo.Probe.SeenAsync("a took 2");

        Assert.Equal(
            ["a got 1", "a got 1", "a got 1", "a got 1", "a took 1", "a got 2", "a took 2"],
            silo.Probe.Notes.Where(note => note.StartsWith("a ", StringComparison.Ordinal)));
        Assert.Empty(queues.Failures.Deliveries);
    }

    [Fact]
    public async Task A_delivery_that_fails_for_too_long_is_reported_and_skipped()
    {
        var queues = new TestQueues();
        var plan = new ConsumerPlan();
        plan.Failures["a"] = -1;
        await using var silo = await StreamSilo.StartAsync(queues, plan, o => o.MaxEventDeliveryTime = TimeSpan.FromMilliseconds(50));

        queues.Push(ConsumerGrain.Namespace, "a", 1);
        await silo.Probe.SeenAsync("a error StreamEventDeliveryFailureException");
        await Eventually.TrueAsync(() => queues.Failures.Deliveries.Count > 0, "the failure handler is told");
        plan.Failures["a"] = 0;
        queues.Push(ConsumerGrain.Namespace, "a", 2);
        await silo.Probe.SeenAsync("a took 2");

        Assert.True(silo.Probe.Count("a got 1") > 1);
        Assert.Equal(0, silo.Probe.Count("a took 1"));
        Assert.Equal($"test {ConsumerGrain.Namespace}/a 1", queues.Failures.Deliveries[0]);
    }

    [Fact]
    public async Task A_cursor_that_offers_a_failed_container_again_gets_it_delivered_in_order_and_other_streams_go_on()
    {
        var queues = new TestQueues { MustOfferAgain = true };
        var plan = new ConsumerPlan();
        plan.Failures["a"] = -1;
        await using var silo = await StreamSilo.StartAsync(queues, plan, o => o.MaxEventDeliveryTime = TimeSpan.FromMilliseconds(20));
        queues.Push(ConsumerGrain.Namespace, "a", 1);
        queues.Push(ConsumerGrain.Namespace, "a", 2);
        await silo.Probe.SeenAsync("a error StreamEventDeliveryFailureException", 3);

        queues.Push(ConsumerGrain.Namespace, "b", 3);
        await silo.Probe.SeenAsync("b took 3");
        Assert.Equal(0, silo.Probe.Count("a got 2"));
        plan.Failures["a"] = 0;

        await silo.Probe.SeenAsync("a took 2");
        Assert.Equal(
            ["a took 1", "a took 2"],
            silo.Probe.Notes.Where(note => note.StartsWith("a took", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_read_that_fails_is_tried_again_and_after_six_tries_at_the_next_tick()
    {
        var queues = new TestQueues();
        queues.Queues[0].FailingReads = 8;
        await using var silo = await StreamSilo.StartAsync(queues);

        queues.Push(ConsumerGrain.Namespace, "a", 1);
        await silo.Probe.SeenAsync("a took 1");

        Assert.Equal(1, silo.Log.Count(GaveUpReadingEvent));
        Assert.Equal(7, silo.Log.Count(FailedToReadEvent));
    }
}
