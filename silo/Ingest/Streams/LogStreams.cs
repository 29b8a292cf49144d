using Analytics.GrainInterfaces;
using Analytics.Silo.Cluster;
using Orleans.Hosting;
using Orleans.Streams;

namespace Analytics.Silo.Ingest.Streams;

/// <summary>Puts the log's streams into a silo.</summary>
internal static class LogStreams
{
    // How soon an agent looks again after a read that found nothing or was held back by pressure.
    private static readonly TimeSpan PullPeriod = TimeSpan.FromMilliseconds(20);

    // How long a refused batch is tried before it is offered anew; it is never skipped.
    private static readonly TimeSpan DeliveryTimeMax = TimeSpan.FromSeconds(20);

    // Also the time a stop waits for the last commit; below the host's 30 s.
    private static readonly TimeSpan QueueTimeMax = TimeSpan.FromSeconds(12);

    /// <summary>Adds the stream provider.</summary>
    public static ISiloBuilder AddLogStreams(this ISiloBuilder silo) => silo.AddPersistentStreams(
        StreamNames.Provider,
        static (services, name) => new LogQueueAdapter(services, name),
        static streams =>
        {
            streams.ConfigureStreamPubSub(StreamPubSubType.ImplicitOnly);
            streams.ConfigurePartitionBalancing(static (services, _) => ActivatorUtilities.CreateInstance<EvenQueueBalancer>(services));
            streams.ConfigurePullingAgent(builder => builder.Configure(options =>
            {
                options.BatchContainerBatchSize = 1;
                options.GetQueueMsgsTimerPeriod = PullPeriod;
                options.MaxEventDeliveryTime = DeliveryTimeMax;
                options.InitQueueTimeout = QueueTimeMax;
            }));
        });
}
