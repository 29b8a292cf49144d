using Analytics.Grains.Configuration;

namespace Analytics.Silo.Configuration;

/// <summary>What settings of ClickHouse must be to each other.</summary>
internal static class ClickHouseRelations
{
    private const string Section = "ClickHouse";

    /// <summary>Settings of the engine in this process: a server has its own.</summary>
    private static readonly string[] OfEmbedded =
        [nameof(ClickHouseOptions.LibraryPath), nameof(ClickHouseOptions.SlowDirectory), nameof(ClickHouseOptions.MarkCacheBytesMax), nameof(ClickHouseOptions.MergeThreads), nameof(ClickHouseOptions.LargePartBytes)];

    /// <summary>Settings that say where a server is and how it is talked to.</summary>
    private static readonly string[] OfHttp =
    [
        nameof(ClickHouseOptions.Url), nameof(ClickHouseOptions.User), nameof(ClickHouseOptions.Password), nameof(ClickHouseOptions.QueryUser),
        nameof(ClickHouseOptions.QueryPassword), nameof(ClickHouseOptions.Cluster), nameof(ClickHouseOptions.ConnectSecondsMax),
        nameof(ClickHouseOptions.StatementSecondsMax), nameof(ClickHouseOptions.Compression),
    ];

    /// <summary>Adds a problem for each broken relation.</summary>
    /// <param name="options">Settings, each right by itself.</param>
    /// <param name="section">Where they are from: what was not given has no effect, so that only what was given can be wrong.</param>
    /// <param name="problems">Gets the problems.</param>
    public static void Check(ClickHouseOptions options, IConfigurationSection section, List<SettingProblem> problems)
    {
        var isHttp = options.Kind == ClickHouseOptions.Http;
        var others = isHttp ? OfEmbedded : OfHttp;
        foreach (var child in section.GetSection(Section).GetChildren().Where(child => child.Value is not null))
        {
            if (others.Contains(child.Key, StringComparer.OrdinalIgnoreCase))
            {
                problems.Add(new SettingProblem(
                    child.Path, null, $"has no effect with ClickHouse:Kind {options.Kind}; leave it out, or set ClickHouse:Kind to {(isHttp ? ClickHouseOptions.Embedded : ClickHouseOptions.Http)}"));
            }
        }

        if (!isHttp)
        {
            return;
        }

        if (!ClickHouseUrls.TryParse(options.Url, out var urls))
        {
            problems.Add(Problem(nameof(ClickHouseOptions.Url), $"must be given when ClickHouse:Kind is Http: {ClickHouseUrls.Allowed}"));
        }
        else if (urls.Count > 1 && string.IsNullOrEmpty(options.Cluster))
        {
            problems.Add(Problem(
                nameof(ClickHouseOptions.Url), "several addresses need ClickHouse:Cluster: without replicated tables each server would have rows that the others lack"));
        }

        if (options.QueryPassword is not null && options.QueryUser is null)
        {
            problems.Add(Problem(nameof(ClickHouseOptions.QueryPassword), "needs ClickHouse:QueryUser"));
        }
    }

    private static SettingProblem Problem(string name, string allowed) => new($"{AnalyticsOptions.SectionName}:{Section}:{name}", null, allowed);
}
