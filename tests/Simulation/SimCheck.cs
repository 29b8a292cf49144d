using System.Globalization;
using System.Text;
using System.Text.Json;
using Analytics.GrainInterfaces.Live;

namespace Analytics.Tests.Simulation;

/// <summary>
/// Says what is wrong once all is quiet: every event of the log must be in its table exactly once, or be a counted repeat of one that is; every broken
/// input a dead letter, exactly once; the live state what the events say, field by field. Knows the log's bytes and the tables' rows, nothing in between.
/// </summary>
internal sealed class SimCheck(SimLog log, SimDatabase database, Func<string, MetricSnapshot?> snapshotOf)
{
    private const string DeadLetters = "analytics/dead_letters";

    private readonly List<string> _violations = [];

    /// <summary>All violations found; none is what should be.</summary>
    public IReadOnlyList<string> Run()
    {
        var (all, broken) = SimEvent.ReadAll(log);
        var events = all.Where(one => !IsRefused(one)).ToList();
        foreach (var metric in events.GroupBy(one => one.Key))
        {
            CheckRows(metric.Key, [.. metric]);
            CheckLive(metric.Key, [.. metric]);
        }

        foreach (var key in database.Tables.Keys.Where(key => key != DeadLetters && database.Tables[key].Count > 0 && events.All(one => one.Key != key)))
        {
            _violations.Add($"{key}: rows without events");
        }

        var refused = all.Where(IsRefused).Select(one => $"refused:{one.Key}:{one.Position.Partition}:{one.Position.Offset}:{one.Position.Sequence}");
        Expect(
            DeadLetters, "refused rows", string.Join(' ', refused.Order(StringComparer.Ordinal)),
            string.Join(' ', Rows(DeadLetters).Where(row => row.Id.Length > 0).Select(row => row.Id).Order(StringComparer.Ordinal)));
        var letters = Rows(DeadLetters).Where(row => row.Id.Length == 0).Select(row => (row.Position.Partition, row.Position.Offset)).Order();
        Expect(DeadLetters, "positions", string.Join(' ', broken.Order()), string.Join(' ', letters));
        foreach (var partition in log.Partitions)
        {
            Expect($"partition {partition}", "committed offset", log.End(partition), log.Committed(partition));
        }

        return _violations;
    }

    private static bool IsRefused(SimEvent one) => one.Fields.ContainsKey("bad");

    private void CheckRows(string key, SimEvent[] events)
    {
        var rows = Rows(key);
        var byPosition = events.ToDictionary(one => one.Position);
        foreach (var doubled in rows.GroupBy(row => row.Position).Where(same => same.Count() > 1))
        {
            _violations.Add($"{key}: {doubled.Key} is {doubled.Count()} times in the table");
        }

        foreach (var row in rows)
        {
            if (!byPosition.TryGetValue(row.Position, out var one))
            {
                _violations.Add($"{key}: {row.Position} is in the table and not in the log");
            }
            else if (one.Id != row.Id || one.TimeMs != row.TimeMs)
            {
                _violations.Add($"{key}: {row.Position} is another event in the table");
            }
        }

        var present = rows.Select(row => row.Position).ToHashSet();
        var ids = rows.Where(row => row.Id.Length > 0).GroupBy(row => row.Id).ToDictionary(same => same.Key, same => same.Count());
        _violations.AddRange(ids.Where(id => id.Value > 1).Select(id => $"{key}: id {id.Key} is {id.Value} times in the table"));
        _violations.AddRange(events.Where(one => !present.Contains(one.Position) && !ids.ContainsKey(one.Id)).Select(one => $"{key}: {one.Position} is missing"));
    }

    private void CheckLive(string key, SimEvent[] events)
    {
        if (snapshotOf(key) is not { } live)
        {
            _violations.Add($"{key}: no live state");
            return;
        }

        var present = Rows(key).Select(row => row.Position).ToHashSet();
        var rows = events.Where(one => present.Contains(one.Position)).ToArray();
        Expect(key, "total", rows.Length, live.Total);
        Expect(key, "durable rows", rows.Length, live.DurableRows);
        Expect(key, "duplicates", events.Length - rows.Length, live.Duplicates);
        Expect(key, "first", rows.Select(one => (long?)one.TimeMs).Min(), live.FirstMs);
        Expect(key, "last", rows.Select(one => (long?)one.TimeMs).Max(), live.LastMs);
        Expect(key, "drift", 0, live.Drift);
        foreach (var name in rows.SelectMany(one => one.Fields.Keys).Distinct())
        {
            var values = rows.Where(one => one.Fields.ContainsKey(name)).Select(one => one.Fields[name]).ToArray();
            if (live.Fields.FirstOrDefault(field => field.Name == name) is { } field)
            {
                CheckField($"{key}.{name}", field, values, rows.Length);
            }
            else
            {
                _violations.Add($"{key}.{name}: not in the live state");
            }
        }
    }

    private void CheckField(string name, FieldSnapshot field, JsonElement[] values, int rowCount)
    {
        Expect(name, "values and conflicts", values.Length, field.Count + field.Conflicts);
        Expect(name, "nulls", rowCount - values.Length, field.Null);
        var numbers = values.Where(value => value.ValueKind == JsonValueKind.Number).Select(value => value.GetDecimal()).ToArray();
        if (numbers.Length == values.Length && field.Type != "String")
        {
            Expect(name, "min", Text(numbers.Min()), field.Min?.Text);
            Expect(name, "max", Text(numbers.Max()), field.Max?.Text);
            Expect(name, "sum", Text(numbers.Sum()), field.Sum?.Text);
        }
        else if (numbers.Length == 0 && field.Type is "String")
        {
            Expect(name, "unique", values.Select(value => value.GetString()).Distinct().Count(), field.Unique);
            var counts = values.GroupBy(value => value.GetString()!).ToDictionary(same => same.Key, same => (long)same.Count());
            Expect(name, "top", Text(counts), Text((field.Top ?? []).ToDictionary(top => top.Value, top => top.Count)));
        }
    }

    private static string Text(decimal number) => (number / 1.0000000000m).ToString("0.##########", CultureInfo.InvariantCulture);

    private static string Text(Dictionary<string, long> counts) =>
        string.Join(' ', counts.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{pair.Key}={pair.Value}"));

    private List<((int Partition, long Offset, int Sequence) Position, string Id, long TimeMs)> Rows(string key)
    {
        var all = new List<((int, long, int), string, long)>();
        foreach (var rows in database.Tables.GetValueOrDefault(key)?.Batches ?? [])
        {
            var batch = rows.Batch;
            all.AddRange((rows.Rows ?? Enumerable.Range(0, batch.Count)).Select(row => (
                (batch.Origin.Partition, batch.Offsets[row], batch.Sequences[row]), Encoding.UTF8.GetString(batch.IdAt(row)), batch.Times[row])));
        }

        return all;
    }

    private void Expect<T>(string where, string what, T expected, T actual)
    {
        if (!EqualityComparer<T>.Default.Equals(expected, actual))
        {
            _violations.Add($"{where}: {what} should be {expected} and is {actual}");
        }
    }
}
