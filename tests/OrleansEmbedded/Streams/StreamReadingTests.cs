// Goal: an agent purges and reports before it reads, and does not read under pressure, without room, or while a stream registers.
using Analytics.Tests.OrleansEmbedded.Support.Streams;
using Xunit;

namespace Analytics.Tests.OrleansEmbedded.Streams;

public sealed class StreamReadingTests
{
    [Fact]
    public async Task What_is_done_is_reported_before_the_next_read()
    {
        var queues = new TestQueues();
        await using var silo = await StreamSilo.StartAsync(queues);

        queues.Push(ConsumerGrain.Namespace, "a", 1);
        await silo.Probe.SeenAsync("delivered 1");
        queues.Push(ConsumerGrain.Namespace, "a", 2);
        await silo.Probe.SeenAsync("delivered 2");

        Assert.Equal(
            ["initialize", "read 1", "delivered 1", "read 2", "delivered 2"],
            silo.Probe.Notes.Where(note => note == "initialize" || note.StartsWith("read", StringComparison.Ordinal) || note.StartsWith("delivered", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Under_pressure_nothing_is_read_but_what_is_done_is_purged()
    {
        var queues = new TestQueues();
        var plan = new ConsumerPlan();
        plan.Gated["a"] = true;
        await using var silo = await StreamSilo.StartAsync(queues, plan);
        queues.Push(ConsumerGrain.Namespace, "a", 1);
        await silo.Probe.SeenAsync("at a 1");

        queues.Queues[0].IsPressed = true;
        queues.Push(ConsumerGrain.Namespace, "b", 2);
        silo.Probe.Open("a 1");
        await silo.Probe.SeenAsync("delivered 1");
        Assert.Equal(0, silo.Probe.Count("read 2"));

        queues.Queues[0].IsPressed = false;
        await silo.Probe.SeenAsync("b took 2");
    }

    [Fact]
    public async Task At_a_max_add_count_of_zero_nothing_is_read_or_purged()
    {
        var time = new ManualTime();
        var queues = new TestQueues();
        queues.Queues[0].MaxAddCount = 0;
        await using var silo = await StreamSilo.StartAsync(queues, time: time);
        queues.Push(ConsumerGrain.Namespace, "a", 1);

        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(0, queues.Queues[0].Reads);
        queues.Queues[0].MaxAddCount = 10;

        await Eventually.TrueAsync(
            () =>
            {
                time.Advance(TimeSpan.FromMilliseconds(10));
                return silo.Probe.Count("a took 1") == 1;
            },
            "the read follows when there is room");
    }

    [Fact]
    public async Task While_a_new_stream_registers_all_reads_of_its_queue_pause_and_deliveries_go_on()
    {
        var queues = new TestQueues(queueCount: 2);
        var plan = new ConsumerPlan();
        plan.GatedActivations["new"] = true;
        plan.Gated["old"] = true;
        await using var silo = await StreamSilo.StartAsync(queues, plan);
        queues.Push(ConsumerGrain.Namespace, "old", 1);
        await silo.Probe.SeenAsync("at old 1");
        queues.Push(ConsumerGrain.Namespace, "new", 2);
        await silo.Probe.SeenAsync("at activate new");

        queues.Push(ConsumerGrain.Namespace, "old", 3);
        queues.Push(1, ConsumerGrain.Namespace, "elsewhere", [4]);
        silo.Probe.Open("old 1");
        await silo.Probe.SeenAsync("old took 1");
        await silo.Probe.SeenAsync("elsewhere took 4");
        Assert.Equal(0, silo.Probe.Count("read 3"));

        silo.Probe.Open("activate new");
        silo.Probe.Open("old 3");
        await silo.Probe.SeenAsync("new took 2");
        await silo.Probe.SeenAsync("old took 3");
    }

    [Fact]
    public async Task A_consumer_that_cannot_be_activated_is_reported_and_its_events_are_delivered_when_it_can()
    {
        var queues = new TestQueues { MustOfferAgain = true };
        var plan = new ConsumerPlan();
        plan.GatedActivations["a"] = true;
        await using var silo = await StreamSilo.StartAsync(
            queues,
            plan,
            o => o.MaxEventDeliveryTime = TimeSpan.FromMilliseconds(20),
            configureSilo: s => Orleans.Hosting.SiloBuilderExtensions.Configure<Orleans.Configuration.GrainCollectionOptions>(
                s, o => o.ActivationTimeout = TimeSpan.FromMilliseconds(20)));

        queues.Push(ConsumerGrain.Namespace, "a", 1);
        await Eventually.TrueAsync(() => queues.Failures.Subscriptions.Count > 0, "the failed registration is reported");
        plan.GatedActivations.Clear();

        await silo.Probe.SeenAsync("a took 1");
    }
}
