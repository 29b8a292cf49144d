using Analytics.Grains.Configuration;
using Npgsql;

namespace Analytics.Silo.Hosting;

/// <summary>The connections to PostgreSQL.</summary>
internal static class PostgresSource
{
    /// <summary>Makes them; none is opened before it is needed.</summary>
    /// <returns><see langword="null"/> when PostgreSQL is not used.</returns>
    public static NpgsqlDataSource? Of(PostgresOptions options)
    {
        if (options.ConnectionString is null)
        {
            return null;
        }

        var settings = new NpgsqlConnectionStringBuilder(options.ConnectionString)
        {
            MaxPoolSize = options.Connections,
            MinPoolSize = 0,
            Timeout = options.SecondsMax,
            CommandTimeout = options.SecondsMax,
        };
        settings.ApplicationName ??= "analytics";
        return new NpgsqlDataSourceBuilder(settings.ConnectionString).Build();
    }
}
