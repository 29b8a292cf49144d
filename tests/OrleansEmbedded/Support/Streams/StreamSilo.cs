using Microsoft.Extensions.DependencyInjection;
using Orleans.Configuration;
using Orleans.Hosting;
using Orleans.Runtime.Providers;

namespace Analytics.Tests.OrleansEmbedded.Support.Streams;

/// <summary>A silo with test queues whose agents pump often and retry soon.</summary>
internal static class StreamSilo
{
    public static Task<TestSilo> StartAsync(
        TestQueues queues,
        ConsumerPlan? plan = null,
        Action<StreamPullingAgentOptions>? options = null,
        Action<ISiloPersistentStreamConfigurator>? configure = null,
        Action<ISiloBuilder>? configureSilo = null,
        TimeProvider? time = null)
        => TestSilo.StartAsync(
            silo =>
            {
                silo.Services.AddSingleton(plan ?? new ConsumerPlan());
                queues.AddTo(silo, c =>
                {
                    c.ConfigurePullingAgent(ob => ob.Configure(o =>
                    {
                        o.GetQueueMsgsTimerPeriod = TimeSpan.FromMilliseconds(5);
                        options?.Invoke(o);
                    }));
                    c.ConfigureBackoffProvider((Func<IServiceProvider, string, IMessageDeliveryBackoffProvider>)((_, _) => new SoonBackoff()));
                    c.ConfigureBackoffProvider((Func<IServiceProvider, string, IQueueReaderBackoffProvider>)((_, _) => new SoonBackoff()));
                    configure?.Invoke(c);
                });
                configureSilo?.Invoke(silo);
            },
            time);

    private sealed class SoonBackoff : IMessageDeliveryBackoffProvider, IQueueReaderBackoffProvider
    {
        public TimeSpan Next(int attempt) => TimeSpan.FromMilliseconds(1);
    }
}
