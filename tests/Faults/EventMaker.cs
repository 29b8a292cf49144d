using System.Globalization;
using System.Text;

namespace Analytics.Tests.Faults;

/// <summary>
/// Makes the events of one client: unique, two of three with an id, with fields of every type, fields that appear late, change type or widen, and inputs that must be refused.
/// </summary>
internal sealed class EventMaker(Random random, string name)
{
    private const int ProjectCount = 3;
    private const int MetricCount = 4;

    // After so many events of a client the next new field appears, so that columns are added all along the run.
    private const int EventsPerNewField = 150;
    private const int NewFieldsMax = 40;

    private int _count;

    /// <summary>The metrics that events go to.</summary>
    public static IEnumerable<(string Project, string Metric)> Metrics =>
        from project in Enumerable.Range(0, ProjectCount)
        from metric in Enumerable.Range(0, MetricCount)
        select ($"load{project}", $"m{metric}");

    /// <summary>A metric to send to.</summary>
    public (string Project, string Metric) NextMetric() => ($"load{random.Next(ProjectCount)}", $"m{random.Next(MetricCount)}");

    /// <summary>A good event.</summary>
    public LoadEvent Next((string Project, string Metric) metric)
    {
        var uid = NextUid();
        var hasId = random.Next(3) > 0;
        var number = random.NextInt64(-1_000_000_000_000, 1_000_000_000_000);

        // Whole numbers at first, then fractions: the column widens somewhere on the way.
        var quarters = _count < 2 * EventsPerNewField ? 4L * random.Next(-1000, 1000) : random.Next(-4000, 4000);
        var fields = new StringBuilder();
        fields.Append(CultureInfo.InvariantCulture, $"\"uid\":\"{uid}\",\"n\":{number},\"amount\":{Quarter(quarters)}");
        fields.Append(CultureInfo.InvariantCulture, $",\"user\":\"u{random.Next(50)}\",\"note\":\"{uid} \u00e4\\n\\\"{random.Next()}\\\"\"");
        AddNow(fields, ",\"ok\":", random.Next(2) == 0 ? "true" : "false");
        AddNow(fields, ",\"at\":", $"\"2026-0{random.Next(1, 10)}-1{random.Next(10)}T0{random.Next(10)}:00:00.{random.Next(100, 1000)}Z\"");
        AddNow(fields, ",\"tags\":", random.Next(3) == 0 ? "[]" : $"[\"t{random.Next(5)}\",\"t{random.Next(5)}\"]");
        AddNow(fields, ",\"address\":", $"{{\"city\":\"c{random.Next(9)}\",\"zip\":{random.Next(100000)}}}");
        AddNow(fields, ",\"mixed\":", random.Next(3) switch { 0 => "7", 1 => "\"seven\"", _ => "true" });
        AddNow(fields, $",\"late{Math.Min(NewFieldsMax, _count / EventsPerNewField)}\":", random.Next(100).ToString(CultureInfo.InvariantCulture));
        return new LoadEvent(
            metric.Project, metric.Metric, uid, hasId, number, quarters,
            $"{{\"project\":\"{metric.Project}\",\"metric\":\"{metric.Metric}\"{(hasId ? $",\"id\":\"{uid}\"" : string.Empty)},\"fields\":{{{fields}}}}}",
            $"{{{(hasId ? $"\"_id\":\"{uid}\"," : string.Empty)}{fields}}}");
    }

    /// <summary>An input that must be refused, on one line, unlike any other.</summary>
    public string NextBroken()
    {
        var (project, metric) = NextMetric();
        var uid = NextUid();
        return random.Next(5) switch
        {
            0 => $"{{\"project\":\"{project}\",\"metric\":\"{metric}\",\"id\":\"{uid}\",\"fields\":{{\"n\":tru}}}}",
            1 => $"{{\"project\":\"{project}\",\"metric\":\"{metric}\",\"id\":\"{uid}\",\"fields\":{{\"n\":1e999}}}}",
            2 => $"{{\"project\":\"No Such\",\"metric\":\"{metric}\",\"id\":\"{uid}\",\"fields\":{{\"n\":1}}}}",
            3 => $"{{\"project\":\"{project}\",\"metric\":\"{metric}\",\"id\":\"{uid}\",\"time\":\"yesterday\"}}",
            _ => $"\"{uid}\"",
        };
    }

    private static string Quarter(long quarters) => (quarters / 4m).ToString("0.##", CultureInfo.InvariantCulture);

    private string NextUid() => string.Create(CultureInfo.InvariantCulture, $"{name}-{_count++}");

    /// <summary>Most of the time the value, else null or nothing.</summary>
    private void AddNow(StringBuilder fields, string key, string value)
    {
        var dice = random.Next(10);
        if (dice > 0)
        {
            fields.Append(key).Append(dice == 1 ? "null" : value);
        }
    }
}
