using System.Globalization;
using System.Text;
using Analytics.GrainInterfaces.Live;

namespace Analytics.Silo.Audit;

/// <summary>The report as text for people.</summary>
internal static class AuditText
{
    // Clean tables beyond the first ones are only counted: with thousands of them nobody reads on.
    private const int CleanMetricsMax = 20;

    private static readonly string[] Heads = ["inputs", "rows", "duplicates", "refused", "pending", "missing", "doubled", "changed", "unexplained", "unreadable"];

    /// <summary>Writes the report.</summary>
    public static string Of(AuditReport report)
    {
        var text = new StringBuilder();
        var seconds = report.ElapsedMs / 1000.0;
        text.Append(CultureInfo.InvariantCulture, $"{(report.IsClean ? "Everything is there, once" : "FAULTS FOUND")}: {report.Events:N0} events and ");
        text.Append(CultureInfo.InvariantCulture, $"{report.DeadLetters:N0} dead {(report.DeadLetters == 1 ? "letter" : "letters")} of {Describe(report.Range)}, in {seconds:0.0} s\n\n");
        AppendPartitions(text, report);
        AppendMetrics(text, report);
        AppendFaults(text, report);
        return text.ToString();
    }

    private static string Describe(AuditRange range)
    {
        var partition = range.Partition is { } one ? $"partition {one}" : "all partitions";
        var offsets = (range.FromOffset ?? range.ToOffset) is null ? string.Empty : $", offsets {range.FromOffset ?? 0} to {End(range.ToOffset)}";
        var times = (range.FromMs ?? range.ToMs) is null ? string.Empty : $", received from {Time(range.FromMs)} to {Time(range.ToMs)}";
        return partition + offsets + times;
    }

    private static string End(long? offset) => offset is { } one ? (one - 1).ToString(CultureInfo.InvariantCulture) : "the end";

    private static string Time(long? ms) => ms is { } one ? TimeText.Of(one) : "…";

    private static void AppendPartitions(StringBuilder text, AuditReport report)
    {
        var rows = new List<string[]> { (string[])["partition", "offsets", "committed", "messages", "bytes", .. Heads] };
        foreach (var partition in report.Partitions)
        {
            rows.Add(
            [
                partition.Partition.ToString(CultureInfo.InvariantCulture), $"{partition.FromOffset}..{partition.ToOffset}",
                Number(partition.CommittedOffset), Number(partition.Messages), Number(partition.Bytes), .. Cells(partition.Counts),
            ]);
        }

        AppendTable(text, rows, leftColumns: 0);
        foreach (var partition in report.Partitions.Where(partition => partition.DroppedOffsets > 0))
        {
            text.Append(CultureInfo.InvariantCulture, $"Partition {partition.Partition}: {partition.DroppedOffsets:N0} offsets are no longer in the log; ");
            text.Append("nothing is said of them.\n");
        }
    }

    private static void AppendMetrics(StringBuilder text, AuditReport report)
    {
        var isLive = report.Metrics.Any(metric => metric.LiveTotal is not null);
        var rows = new List<string[]> { isLive ? (string[])["metric", .. Heads, "live", "table", "drift"] : (string[])["metric", .. Heads] };
        var clean = report.Metrics.Where(metric => metric.IsClean()).OrderByDescending(metric => metric.Counts.Inputs).Take(CleanMetricsMax).ToHashSet();
        var shown = report.Metrics.Where(metric => !metric.IsClean() || clean.Contains(metric)).ToList();
        foreach (var metric in shown)
        {
            string[] live = isLive ? [Number(metric.LiveTotal), Number(metric.TableRows), Number(metric.Drift)] : [];
            rows.Add([$"{metric.Project}/{metric.Metric}", .. Cells(metric.Counts), .. live]);
        }

        text.Append('\n');
        AppendTable(text, rows, leftColumns: 1);
        if (shown.Count < report.Metrics.Count)
        {
            text.Append(CultureInfo.InvariantCulture, $"… and {report.Metrics.Count - shown.Count:N0} more without a fault\n");
        }

        foreach (var metric in shown)
        {
            foreach (var line in (metric.Differences ?? []).Append(metric.NotCompared is null ? null : "not compared: " + metric.NotCompared).OfType<string>())
            {
                text.Append(CultureInfo.InvariantCulture, $"{metric.Project}/{metric.Metric}: {line}\n");
            }
        }
    }

    private static void AppendFaults(StringBuilder text, AuditReport report)
    {
        if (report.Faults.Count == 0)
        {
            return;
        }

        var rows = new List<string[]> { (string[])["fault", "partition", "offset", "index", "metric", "id", "what"] };
        foreach (var fault in report.Faults)
        {
            rows.Add(
            [
                fault.Kind, fault.Partition.ToString(CultureInfo.InvariantCulture), fault.Offset.ToString(CultureInfo.InvariantCulture),
                fault.Seq.ToString(CultureInfo.InvariantCulture), fault.Project is null ? "-" : $"{fault.Project}/{fault.Metric}",
                fault.Id.Length == 0 ? "-" : fault.Id, fault.Detail,
            ]);
        }

        text.Append(CultureInfo.InvariantCulture, $"\nExamples, at most {AuditTally.ExamplesMax} of each kind:\n");
        AppendTable(text, rows, leftColumns: rows[0].Length);
    }

    private static string[] Cells(AuditCounts counts) =>
    [
        Number(counts.Inputs), Number(counts.Rows), Number(counts.Duplicates), Number(counts.Refused), Number(counts.Pending), Number(counts.Missing),
        Number(counts.Doubled), Number(counts.Changed), Number(counts.Unexplained), Number(counts.Unreadable),
    ];

    private static string Number(long? value) => value?.ToString("N0", CultureInfo.InvariantCulture) ?? "-";

    private static void AppendTable(StringBuilder text, List<string[]> rows, int leftColumns)
    {
        // Columns of nothing but zeros tell nothing.
        var columns = Enumerable.Range(0, rows[0].Length)
            .Where(column => rows.Count == 1 || !Array.Exists(Heads[2..], head => head == rows[0][column]) || rows.Skip(1).Any(row => row[column] != "0"))
            .Select(column => (Index: column, Width: rows.Max(row => row[column].Length), IsLeft: column < leftColumns)).ToList();
        foreach (var row in rows)
        {
            var cells = columns.Select(column => column.IsLeft ? row[column.Index].PadRight(column.Width) : row[column.Index].PadLeft(column.Width));
            text.Append(string.Join("  ", cells).TrimEnd()).Append('\n');
        }
    }
}
