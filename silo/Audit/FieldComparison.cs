using System.Buffers;
using System.Text.Json;
using Analytics.GrainInterfaces;
using Analytics.GrainInterfaces.Live;
using Analytics.Grains.ClickHouse;
using Analytics.Grains.Configuration;
using Analytics.Grains.Live.Rebuild;
using Analytics.Grains.Tables;
using Analytics.Silo.Http.Read;

namespace Analytics.Silo.Audit;

/// <summary>Compares a metric's live state field by field with one made from its table by SQL, in a moment when no event comes.</summary>
internal sealed class FieldComparison(IClickHouse clickHouse, LimitsOptions limits, MetricOptions metrics, TimeProvider time)
{
    // A metric that gets events during so many tries in a row is too busy to be compared.
    private const int TriesMax = 5;

    /// <summary>Adds the differences to what is known of a metric.</summary>
    public async Task<AuditMetric> CompareAsync(AuditMetric metric, IMetricGrain actor, CancellationToken cancellationToken)
    {
        var table = new AuditTable(MetricKey.Of(metric.Project, metric.Metric));
        var store = new TableStore(clickHouse, new TableCatalog(clickHouse, time), table.Project, table.Name);
        for (var attempt = 0; attempt < TriesMax; attempt++)
        {
            await actor.FlushAsync();
            var before = await actor.GetSnapshotAsync();
            if (before is null || await store.ReadAsync(cancellationToken) is not { } description)
            {
                return metric with { NotCompared = "there is no table" };
            }

            var plan = new TablePlan(description.Columns, limits.ColumnsMax, description.ForeignNames);
            var rebuilt = await new LiveRebuild(clickHouse, time) { GraceMs = metrics.GraceMs }.FromTableAsync(table.QuotedName, plan.Columns, cancellationToken);
            var live = await actor.GetSnapshotAsync();
            if (live is not null && live.Total == before.Total && before.DurableRows == before.Total)
            {
                return metric with { Differences = [.. Differences(live, live with { Fields = rebuilt.Live.DescribeFields(plan), Late = rebuilt.Live.Windows.Late })] };
            }
        }

        return metric with { NotCompared = "events kept coming" };
    }

    private static IEnumerable<string> Differences(MetricSnapshot live, MetricSnapshot table)
    {
        var (ofLive, ofTable) = (Members(live), Members(table));
        foreach (var name in ofLive.Keys.Union(ofTable.Keys).Order(StringComparer.Ordinal))
        {
            var (one, other) = (ofLive.GetValueOrDefault(name, "nothing"), ofTable.GetValueOrDefault(name, "nothing"));
            if (one != other)
            {
                yield return $"{name} is {one} live and {other} by the table";
            }
        }
    }

    /// <summary>The late ones, and every member of every field, as JSON, as the live answer shows it.</summary>
    private static Dictionary<string, string> Members(MetricSnapshot snapshot)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { SkipValidation = true }))
        {
            SnapshotJson.Write(json, snapshot);
        }

        using var document = JsonDocument.Parse(buffer.WrittenMemory);
        var members = new Dictionary<string, string>(StringComparer.Ordinal) { ["late"] = document.RootElement.GetProperty("late").GetRawText() };
        foreach (var field in document.RootElement.GetProperty("fields").EnumerateObject())
        {
            foreach (var member in field.Value.EnumerateObject())
            {
                members[$"{field.Name}.{member.Name}"] = member.Value.GetRawText();
            }
        }

        return members;
    }
}
