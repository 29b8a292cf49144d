using Analytics.Grains.Metrics.Activities;

namespace Analytics.Silo.Http.Overview;

/// <summary>Adds metrics up to their projects: those whose actors are or were here by their live states, the others by their tables.</summary>
internal sealed class ProjectTally
{
    private readonly Dictionary<string, Sum> _sums = new(StringComparer.Ordinal);
    private readonly IReadOnlyDictionary<(string Project, string Metric), TableSize?> _tables;

    /// <summary>Begins with what is in tables.</summary>
    public ProjectTally(IReadOnlyDictionary<(string Project, string Metric), TableSize?> tables)
    {
        _tables = tables;
        foreach (var ((project, _), size) in tables)
        {
            var sum = SumOf(project);
            sum.Metrics++;
            sum.Total += size?.Rows ?? 0;
            sum.Unread += size is null ? 1 : 0;
        }
    }

    /// <summary>A metric whose actor is or was here: its live state has what its table does not have yet.</summary>
    public void Add(MetricActivity metric, long rate)
    {
        var sum = SumOf(metric.Project);
        sum.Rate += rate;
        sum.Total += metric.Total;
        if (!_tables.TryGetValue((metric.Project, metric.Metric), out var size))
        {
            sum.Metrics++;
        }
        else if (size is { } known)
        {
            sum.Total -= known.Rows;
        }
        else
        {
            sum.Unread--;
        }
    }

    /// <summary>Every project that is named, and no other.</summary>
    public ProjectReading[] ToReadings(IEnumerable<string> projects) => [.. projects.Select(project =>
    {
        var sum = _sums.GetValueOrDefault(project) ?? new Sum();
        return new ProjectReading(project, sum.Metrics, sum.Unread, sum.Total, sum.Rate);
    })];

    private Sum SumOf(string project)
    {
        if (!_sums.TryGetValue(project, out var sum))
        {
            _sums.Add(project, sum = new Sum());
        }

        return sum;
    }

    private sealed class Sum
    {
        public int Metrics;
        public int Unread;
        public long Total;
        public long Rate;
    }
}
