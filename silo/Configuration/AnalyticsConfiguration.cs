namespace Analytics.Silo.Configuration;

/// <summary>Puts the checked options where constructors ask for them.</summary>
internal static class AnalyticsConfiguration
{
    /// <summary>Reads and checks section <c>Analytics</c> and registers it whole and by part.</summary>
    /// <returns>The options, for what is composed before the container exists.</returns>
    /// <exception cref="SettingsException">Something is wrong; the exception lists all of it.</exception>
    public static AnalyticsOptions AddAnalyticsConfiguration(this IServiceCollection services, IConfiguration configuration)
    {
        var options = SettingsReader.Read(configuration);
        services.AddSingleton(options);
        services.AddSingleton(options.Log);
        services.AddSingleton(options.Kafka);
        services.AddSingleton(options.Flush);
        services.AddSingleton(options.Limits);
        services.AddSingleton(options.ClickHouse);
        services.AddSingleton(options.Http);
        services.AddSingleton(options.Health);
        return options;
    }
}
