// Goal: events reach the grain with their stream's key, a container a call, in order, one delivery at a time a stream.
using Analytics.Tests.OrleansEmbedded.Support.Streams;
using Orleans.Configuration;
using Orleans.Hosting;
using Xunit;

namespace Analytics.Tests.OrleansEmbedded.Streams;

public sealed class StreamDeliveryTests
{
    private const int DroppedEvent = 9040;

    [Fact]
    public async Task A_container_arrives_as_one_call_with_all_its_events()
    {
        var queues = new TestQueues();
        await using var silo = await StreamSilo.StartAsync(queues);

        queues.Push(ConsumerGrain.Namespace, "a", 1, 2, 3);
        queues.Push(ConsumerGrain.Namespace, "a", 4);
        await silo.Probe.SeenAsync("a took 4");

        Assert.Equal([[1, 2, 3], [4]], await silo.Grains.GetGrain<IConsumerGrain>("a").BatchesAsync().WithinDeadline());
        Assert.Equal(1, silo.Probe.Count($"subscribed test {ConsumerGrain.Namespace}/a"));
    }

    [Fact]
    public async Task An_item_observer_gets_the_events_one_by_one_and_an_integer_key_is_the_streams()
    {
        var queues = new TestQueues();
        await using var silo = await StreamSilo.StartAsync(queues);

        queues.Push(ItemConsumerGrain.Namespace, "300", 7, 8);

        await silo.Probe.SeenAsync("300 got 8 at 1");
        Assert.Equal(1, silo.Probe.Count("300 got 7 at 1"));
    }

    [Fact]
    public async Task Many_streams_of_several_queues_each_arrive_in_order_and_no_part_is_entered_twice()
    {
        const int Streams = 50;
        const int Batches = 200;
        var queues = new TestQueues(queueCount: 3);
        await using var silo = await StreamSilo.StartAsync(queues);

        for (var i = 0; i < Streams * Batches; i++)
        {
            queues.Push(i % Streams % 3, ConsumerGrain.Namespace, $"s{i % Streams}", [i / Streams]);
        }

        for (var stream = 0; stream < Streams; stream++)
        {
            await silo.Probe.SeenAsync($"s{stream} took {Batches - 1}");
            var batches = await silo.Grains.GetGrain<IConsumerGrain>($"s{stream}").BatchesAsync().WithinDeadline();
            Assert.Equal(Enumerable.Range(0, Batches), batches.Select(batch => batch.Single()));
        }

        Assert.Equal(0, silo.Probe.Count("entered twice"));
    }

    [Fact]
    public async Task A_slow_consumer_holds_up_its_own_stream_only_and_gets_no_second_delivery_meanwhile()
    {
        var queues = new TestQueues();
        var plan = new ConsumerPlan();
        plan.Gated["slow"] = true;
        await using var silo = await StreamSilo.StartAsync(queues, plan);
        queues.Push(ConsumerGrain.Namespace, "slow", 1);
        await silo.Probe.SeenAsync("at slow 1");
        queues.Push(ConsumerGrain.Namespace, "slow", 2);

        for (var value = 0; value < 50; value++)
        {
            queues.Push(ConsumerGrain.Namespace, "quick", value);
        }

        await silo.Probe.SeenAsync("quick took 49");
        queues.Push(ConsumerGrain.Namespace, "last", 50);
        await silo.Probe.SeenAsync("last took 50");

        // The cursor would have moved on, and the first container would be done.
        Assert.Equal(0, silo.Probe.Count("slow got 2"));
        Assert.DoesNotContain(silo.Probe.Notes, note => $"{note} ".StartsWith("delivered ", StringComparison.Ordinal) && $"{note} ".Contains(" 1 ", StringComparison.Ordinal));
        silo.Probe.Open("slow 1");
        silo.Probe.Open("slow 2");
        await silo.Probe.SeenAsync("slow took 2");
    }

    [Fact]
    public async Task A_delivery_is_an_ordinary_turn_of_its_grain()
    {
        var queues = new TestQueues();
        await using var silo = await StreamSilo.StartAsync(queues);
        var call = silo.Grains.GetGrain<IConsumerGrain>("a").PassAsync("gate");
        await silo.Probe.SeenAsync("at gate");

        queues.Push(ConsumerGrain.Namespace, "a", 1);
        await silo.Probe.SeenAsync("read 1");
        queues.Push(ConsumerGrain.Namespace, "b", 2);

        Assert.Equal(0, silo.Probe.Count("a got 1"));
        silo.Probe.Open("gate");
        await call.WithinDeadline();
        await silo.Probe.SeenAsync("a took 1");
        await silo.Probe.SeenAsync("b took 2");
    }

    [Fact]
    public async Task A_deactivated_consumer_is_activated_and_subscribed_again_by_its_next_event()
    {
        var queues = new TestQueues();
        await using var silo = await StreamSilo.StartAsync(queues);
        queues.Push(ConsumerGrain.Namespace, "a", 1);
        await silo.Probe.SeenAsync("a took 1");
        await silo.Grains.GetGrain<IConsumerGrain>("a").DeactivateAsync().WithinDeadline();

        queues.Push(ConsumerGrain.Namespace, "a", 2);

        await silo.Probe.SeenAsync("a took 2");
        Assert.Equal(2, silo.Probe.Count("activate a"));
        Assert.Equal(2, silo.Probe.Count($"subscribed test {ConsumerGrain.Namespace}/a"));
    }

    [Fact]
    public async Task Events_for_a_grain_that_attaches_no_observer_are_dropped_with_a_warning()
    {
        var queues = new TestQueues();
        var plan = new ConsumerPlan();
        plan.Deaf["deaf"] = true;
        await using var silo = await StreamSilo.StartAsync(queues, plan);

        queues.Push(ConsumerGrain.Namespace, "deaf", 1);

        await silo.Probe.SeenAsync("delivered 1");
        Assert.Equal(1, silo.Log.Count(DroppedEvent));
        Assert.Equal(0, silo.Probe.Count("deaf got 1"));
    }

    [Fact]
    public async Task Events_of_a_namespace_without_a_grain_stay_in_the_cache_and_hold_nothing_up()
    {
        var queues = new TestQueues();
        await using var silo = await StreamSilo.StartAsync(queues);

        queues.Push("orleans-embedded/nobody", "a", 1);
        queues.Push(ConsumerGrain.Namespace, "a", 2);

        await silo.Probe.SeenAsync("delivered 2");
        Assert.Equal(1, queues.Queues[0].Cached);
    }

    [Fact]
    public async Task A_handler_slower_than_the_response_timeout_gets_the_container_again()
    {
        var queues = new TestQueues();
        var plan = new ConsumerPlan();
        plan.Gated["a"] = true;
        await using var silo = await StreamSilo.StartAsync(
            queues, plan, configureSilo: s => s.Configure<SiloMessagingOptions>(o => o.ResponseTimeout = TimeSpan.FromMilliseconds(100)));
        queues.Push(ConsumerGrain.Namespace, "a", 1);
        await silo.Probe.SeenAsync("at a 1");
        await Eventually.TrueAsync(() => silo.Log.Count(9047) > 0, "the delivery times out");

        silo.Probe.Open("a 1");

        await silo.Probe.SeenAsync("a took 1", 2);
    }

    [Fact]
    public async Task A_stream_without_events_for_the_inactivity_period_loses_its_cursor_and_comes_back()
    {
        var time = new ManualTime();
        var queues = new TestQueues();
        await using var silo = await StreamSilo.StartAsync(queues, time: time);
        queues.Push(ConsumerGrain.Namespace, "a", 1);
        await AdvanceUntilAsync(() => silo.Probe.Count("a took 1") == 1);
        var disposed = silo.Probe.Count("cursor of a disposed");

        time.Advance(TimeSpan.FromMinutes(31));
        await AdvanceUntilAsync(() => silo.Probe.Count("cursor of a disposed") == disposed + 1);
        queues.Push(ConsumerGrain.Namespace, "a", 2);
        await AdvanceUntilAsync(() => silo.Probe.Count("a took 2") == 1);

        Task AdvanceUntilAsync(Func<bool> condition) => Eventually.TrueAsync(
            () =>
            {
                time.Advance(TimeSpan.FromSeconds(1));
                return condition();
            },
            () => string.Join(", ", silo.Probe.Notes));
    }
}
