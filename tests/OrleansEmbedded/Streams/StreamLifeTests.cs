// Goal: agents start and stop with the silo and with the balancer, and wrong settings stop the start.
using Analytics.Tests.OrleansEmbedded.Support;
using Analytics.Tests.OrleansEmbedded.Support.Streams;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Orleans.Hosting;
using Orleans.Runtime;
using Orleans.Streams;
using Xunit;

namespace Analytics.Tests.OrleansEmbedded.Streams;

public sealed class StreamLifeTests
{
    [Fact]
    public async Task Stopping_ends_the_receivers_before_the_grains_and_reports_how_far_deliveries_are()
    {
        var queues = new TestQueues();
        var silo = await StreamSilo.StartAsync(queues);
        queues.Push(ConsumerGrain.Namespace, "a", 1);
        await silo.Probe.SeenAsync("delivered 1");
        queues.Push(ConsumerGrain.Namespace, "a", 2);
        await silo.Probe.SeenAsync("delivered 2");

        await silo.StopAsync();
        queues.Push(ConsumerGrain.Namespace, "a", 3);
        await silo.DisposeAsync();

        var end = silo.Probe.Notes.SkipWhile(note => !note.StartsWith("progress", StringComparison.Ordinal));
        Assert.Equal(["progress 2", "shutdown", "cursor of a disposed", "deactivate a"], end);
    }

    [Fact]
    public async Task Stopping_does_not_wait_for_a_delivery_in_flight_and_its_batch_is_not_reported()
    {
        var queues = new TestQueues();
        var plan = new ConsumerPlan();
        plan.Gated["a"] = true;
        var silo = await StreamSilo.StartAsync(queues, plan);
        queues.Push(ConsumerGrain.Namespace, "a", 1);
        queues.Push(ConsumerGrain.Namespace, "a", 2);
        await silo.Probe.SeenAsync("at a 1");

        var stop = silo.StopAsync();
        await silo.Probe.SeenAsync("shutdown");
        Assert.False(stop.IsCompleted);
        silo.Probe.Open("a 1");
        await stop;

        Assert.Equal(1, silo.Probe.Count("a took 1"));
        Assert.Equal(0, silo.Probe.Count("a got 2"));
        Assert.Equal(0, silo.Probe.Count("delivered 1"));
        await silo.DisposeAsync();
    }

    [Fact]
    public async Task A_balancer_decides_which_queues_have_agents_and_may_change_its_mind()
    {
        var queues = new TestQueues(queueCount: 2);
        var balancer = default(ListBalancer);
        await using var silo = await StreamSilo.StartAsync(
            queues, configure: c => c.ConfigurePartitionBalancing((services, _) => balancer = new ListBalancer(services)));
        await balancer!.SetAsync(0);
        queues.Push(0, ConsumerGrain.Namespace, "zero", [1]);
        queues.Push(1, ConsumerGrain.Namespace, "one", [2]);
        await silo.Probe.SeenAsync("zero took 1");
        Assert.Equal(0, queues.Queues[1].Reads);

        await balancer.SetAsync(1);

        await silo.Probe.SeenAsync("one took 2");
        Assert.Equal(1, silo.Probe.Count("shutdown"));
        Assert.Equal(2, silo.Probe.Count("initialize"));
        Assert.Equal(balancer.SiloOfBalancer, silo.Services.GetRequiredService<ILocalSiloDetails>().SiloAddress);
    }

    [Theory]
    [InlineData(StreamPubSubType.ExplicitGrainBasedAndImplicit, 1, "ImplicitOnly")]
    [InlineData(StreamPubSubType.ImplicitOnly, 2, "BatchContainerBatchSize")]
    public async Task Settings_that_one_process_does_not_support_stop_the_start(StreamPubSubType pubSub, int batchSize, string named)
    {
        var silo = TestSilo.Build(s => new TestQueues().AddTo(s, c =>
        {
            c.ConfigureStreamPubSub(pubSub);
            c.ConfigurePullingAgent(ob => ob.Configure(o => o.BatchContainerBatchSize = batchSize));
        }));

        var exception = await Assert.ThrowsAsync<OrleansConfigurationException>(silo.StartAsync);

        Assert.Contains(named, exception.Message, StringComparison.Ordinal);
        await silo.DisposeAsync();
    }

    [Fact]
    public void A_partitioned_mapper_has_a_queue_a_partition_and_puts_streams_on_all_of_them()
    {
        var mapper = new HashRingBasedPartitionedStreamQueueMapper(["p0", "p1", "p2"], "q");
        var queues = mapper.GetAllQueues().ToArray();

        Assert.Equal(["p0", "p1", "p2"], queues.Select(mapper.QueueToPartition));
        var used = Enumerable.Range(0, 1_000).CountBy(i => mapper.GetQueueForStream(StreamId.Create("ns", $"project/metric{i}"))).ToDictionary();
        Assert.Equal(3, used.Count);
        Assert.All(used.Values, count => Assert.InRange(count, 200, 500));
        Assert.Throws<ArgumentOutOfRangeException>(() => mapper.QueueToPartition(QueueId.GetQueueId("other", 0, 0)));
    }

    [Fact]
    public void A_stream_id_is_its_namespace_and_key()
    {
        var id = StreamId.Create("ns", "project/métric");

        Assert.Equal(("ns", "project/métric", "ns/project/métric"), (id.GetNamespace(), id.GetKeyAsString(), id.ToString()));
        Assert.Equal(id, StreamId.Create("ns"u8, "project/métric"u8));
        Assert.NotEqual(id, StreamId.Create("ns", "project/metric"));
        Assert.Null(StreamId.Create(null, "k").GetNamespace());
    }

    private sealed class ListBalancer(IServiceProvider services) : QueueBalancerBase(services, NullLogger.Instance)
    {
        private readonly List<QueueId> _all = [];
        private List<QueueId> _mine = [];

        public SiloAddress SiloOfBalancer => SiloAddress;

        public override IEnumerable<QueueId> GetMyQueues() => _mine;

        public override Task Initialize(IStreamQueueMapper queueMapper)
        {
            _all.AddRange(queueMapper.GetAllQueues());
            return base.Initialize(queueMapper);
        }

        public Task SetAsync(int index)
        {
            _mine = [_all[index]];
            return NotifyListeners();
        }

        protected override void OnClusterMembershipChange(HashSet<SiloAddress> activeSilos)
        {
        }
    }
}
