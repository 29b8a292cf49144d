using System.Net;
using Analytics.Grains.Configuration;
using Analytics.Silo.Hosting;
using Npgsql;

namespace Analytics.Silo.Configuration;

/// <summary>What settings of a cluster must be, each and to each other.</summary>
internal static class ClusterRelations
{
    /// <summary>Whether nothing is given, or a connection string that can be read and names a host.</summary>
    public static bool IsConnectionString(string? text)
    {
        try
        {
            return text is null || new NpgsqlConnectionStringBuilder(text).Host is { Length: > 0 };
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    /// <summary>Whether nothing is given, or an IP address that others can be told.</summary>
    public static bool IsAddress(string? text) =>
        text is null || (IPAddress.TryParse(text, out var address) && !address.Equals(IPAddress.Any) && !address.Equals(IPAddress.IPv6Any));

    /// <summary>Adds a problem for each broken relation.</summary>
    /// <param name="options">Settings, each right by itself.</param>
    /// <param name="isAvailable">Whether this build can be one of several silos.</param>
    /// <param name="problems">Gets the problems.</param>
    public static void Check(AnalyticsOptions options, bool isAvailable, List<SettingProblem> problems)
    {
        if (options.Orleans.Clustering != OrleansOptions.AdoNet)
        {
            return;
        }

        if (!isAvailable)
        {
            problems.Add(Problem(
                "Orleans:Clustering", "AdoNet needs the Microsoft.Orleans.* packages, and this program was built without them (package set partial): it is one process"));
        }

        if (options.Postgres.ConnectionString is null)
        {
            problems.Add(Problem("Postgres:ConnectionString", "must be given when Orleans:Clustering is AdoNet: silos find each other in a table there"));
        }

        if (options.Log.Kind != "Kafka")
        {
            problems.Add(Problem("Log:Kind", "must be Kafka when Orleans:Clustering is AdoNet: the files of a log belong to one process"));
        }

        if (options.ClickHouse.Kind != ClickHouseOptions.Http)
        {
            problems.Add(Problem("ClickHouse:Kind", "must be Http when Orleans:Clustering is AdoNet: the embedded engine belongs to one process"));
        }
    }

    private static SettingProblem Problem(string name, string allowed) => new($"{AnalyticsOptions.SectionName}:{name}", null, allowed);
}
