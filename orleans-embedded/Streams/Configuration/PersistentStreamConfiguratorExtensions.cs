using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Runtime.Providers;
using Orleans.Streams;

namespace Orleans.Hosting;

/// <summary>Options and parts of something that has a name.</summary>
public static class NamedServiceConfiguratorExtensions
{
    /// <summary>Sets options under the name.</summary>
    public static void Configure<TOptions>(this INamedServiceConfigurator configurator, Action<OptionsBuilder<TOptions>>? configureOptions)
        where TOptions : class, new()
        => configurator.ConfigureDelegate(services => configureOptions?.Invoke(services.AddOptions<TOptions>(configurator.Name)));

    /// <summary>Registers a part under the name.</summary>
    public static void ConfigureComponent<TComponent>(this INamedServiceConfigurator configurator, Func<IServiceProvider, string, TComponent> factory)
        where TComponent : class
        => configurator.ConfigureDelegate(services => services.AddKeyedSingleton(configurator.Name, (provider, name) => factory(provider, (string)name!)));
}

/// <summary>Subscriptions of a persistent stream provider.</summary>
public static class PersistentStreamConfiguratorExtensions
{
    /// <summary>Sets which kinds of subscriptions there are; anything but <see cref="StreamPubSubType.ImplicitOnly"/> is refused at start.</summary>
    public static void ConfigureStreamPubSub(
        this IPersistentStreamConfigurator configurator, StreamPubSubType pubsubType = StreamPubSubType.ExplicitGrainBasedAndImplicit)
        => configurator.Configure<StreamPubSubOptions>(options => options.Configure(o => o.PubSubType = pubsubType));
}

/// <summary>Agents, balancing and back-off of a persistent stream provider.</summary>
public static class SiloPersistentStreamConfiguratorExtensions
{
    /// <summary>Sets how the agents work.</summary>
    public static void ConfigurePullingAgent(
        this ISiloPersistentStreamConfigurator configurator, Action<OptionsBuilder<StreamPullingAgentOptions>>? configureOptions = null)
        => configurator.Configure(configureOptions);

    /// <summary>Sets which queues this silo pulls; all of them by default.</summary>
    public static void ConfigurePartitionBalancing(
        this ISiloPersistentStreamConfigurator configurator, Func<IServiceProvider, string, IStreamQueueBalancer> factory)
        => configurator.ConfigureComponent(factory);

    /// <summary>Sets the waits between tries of a delivery; by default 1 s more each time, up to 30 s.</summary>
    public static void ConfigureBackoffProvider(
        this ISiloPersistentStreamConfigurator configurator, Func<IServiceProvider, string, IMessageDeliveryBackoffProvider> factory)
        => configurator.ConfigureComponent(factory);

    /// <summary>Sets the waits between tries of a read; by default 10 to 20 s.</summary>
    public static void ConfigureBackoffProvider(
        this ISiloPersistentStreamConfigurator configurator, Func<IServiceProvider, string, IQueueReaderBackoffProvider> factory)
        => configurator.ConfigureComponent(factory);
}
