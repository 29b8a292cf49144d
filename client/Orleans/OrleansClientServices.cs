using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Orleans;
using Orleans.Hosting;

namespace Analytics.Client.Orleans;

/// <summary>The Orleans client for dependency injection.</summary>
public static class OrleansClientServices
{
    /// <summary>Makes <see cref="IAnalyticsClient"/> ask the actors for what they know; behind <c>AddAnalyticsClient</c>. The host connects to the cluster when it starts.</summary>
    /// <param name="services">The container.</param>
    /// <param name="client">Where the cluster is: what the silos were told of clustering, cluster and service.</param>
    public static IServiceCollection UseOrleansClient(this IServiceCollection services, Action<IClientBuilder> client)
    {
        ArgumentNullException.ThrowIfNull(client);
        services.AddOrleansClient(client);
        services.Replace(ServiceDescriptor.Singleton<IAnalyticsClient>(
            provider => new OrleansAnalyticsClient(provider.GetRequiredService<IClusterClient>(), provider.GetRequiredService<AnalyticsClient>())));
        return services;
    }
}
