using Microsoft.Extensions.DependencyInjection;
using Orleans.Runtime;
using Orleans.Streams;

namespace Orleans.Hosting;

/// <summary>Adds stream providers to a silo.</summary>
public static class SiloBuilderStreamingExtensions
{
    /// <summary>Adds a persistent stream provider.</summary>
    /// <param name="builder">The silo.</param>
    /// <param name="name">The name of the provider.</param>
    /// <param name="adapterFactory">Makes its parts.</param>
    /// <param name="configureStream">Configures it; must set <see cref="StreamPubSubType.ImplicitOnly"/>.</param>
    public static ISiloBuilder AddPersistentStreams(
        this ISiloBuilder builder,
        string name,
        Func<IServiceProvider, string, IQueueAdapterFactory> adapterFactory,
        Action<ISiloPersistentStreamConfigurator> configureStream)
    {
        var configurator = new Configurator(name, configure => configure(builder.Services));
        configurator.ConfigureComponent(adapterFactory);
        builder.Services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>>(services => new PersistentStreamProvider(name, services));
        configureStream(configurator);
        return builder;
    }

    private sealed record Configurator(string Name, Action<Action<IServiceCollection>> ConfigureDelegate) : ISiloPersistentStreamConfigurator;
}
