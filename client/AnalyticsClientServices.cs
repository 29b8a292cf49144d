using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Analytics.Client;

/// <summary>The client for dependency injection.</summary>
public static class AnalyticsClientServices
{
    /// <summary>Adds one <see cref="IAnalyticsClient"/> for the whole application; the container sends what waits when it is disposed of.</summary>
    /// <param name="services">The container.</param>
    /// <param name="server">For example <c>http://127.0.0.1:8080</c>.</param>
    public static IServiceCollection AddAnalyticsClient(this IServiceCollection services, Uri server) =>
        services.AddAnalyticsClient(_ => new AnalyticsClientOptions { Server = server });

    /// <summary>Adds one <see cref="IAnalyticsClient"/> for the whole application.</summary>
    /// <param name="services">The container.</param>
    /// <param name="options">Called once, when the client is first asked for.</param>
    public static IServiceCollection AddAnalyticsClient(this IServiceCollection services, Func<IServiceProvider, AnalyticsClientOptions> options)
    {
        ArgumentNullException.ThrowIfNull(options);
        services.TryAddSingleton(provider => new AnalyticsClient(options(provider)));
        services.TryAddSingleton<IAnalyticsClient>(provider => provider.GetRequiredService<AnalyticsClient>());
        return services;
    }
}
