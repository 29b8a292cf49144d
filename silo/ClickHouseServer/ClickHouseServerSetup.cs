using Analytics.Grains.ClickHouse.Embedded;
using Analytics.Grains.Configuration;

namespace Analytics.Silo.ClickHouseServer;

/// <summary>Puts the server into the silo.</summary>
internal static class ClickHouseServerSetup
{
    /// <summary>Has the engine served while the silo runs, when <see cref="ClickHouseOptions.Serve"/> says where.</summary>
    public static void AddClickHouseServer(this IServiceCollection services, ClickHouseOptions options, EmbeddedClickHouse engine)
    {
        if (options.Serve is not null)
        {
            services.AddHostedService(provider => new ClickHouseListener(
                engine, options, provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILoggerFactory>()));
        }
    }
}
