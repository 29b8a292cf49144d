// Goal: a series says of every interval and group what plain counting of the same events says: all aggregates, time zones with their clock changes, groups and the rest of them.
// Wrong parameters are named with what they may be.
using System.Globalization;
using System.Text.Json;
using Analytics.GrainInterfaces;
using Analytics.GrainInterfaces.Live;
using Analytics.GrainInterfaces.Schema;
using Analytics.Grains.ClickHouse;
using Analytics.Grains.Columns;
using Analytics.Grains.Live;
using Analytics.Grains.Query;
using Analytics.Grains.Tables;
using Analytics.Tests.ClickHouse;
using Xunit;

namespace Analytics.Tests.Http;

public sealed class SeriesRouteTests(EngineFixture fixture)
{
    private const string Metric = "pur/ch`ase";

    private static readonly TableColumn[] Columns =
    [
        new("amount", ColumnType.Float64), new("count it's", ColumnType.Int64), new("user", ColumnType.LowCardinalityString), new("at", ColumnType.DateTime), new("tags", ColumnType.ArrayString),
        new("ok", ColumnType.Bool),
    ];

    // An hour before the clocks of Zurich go back, to days after.
    private static readonly DateTimeOffset Start = new(2026, 10, 24, 23, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("")]
    [InlineData("agg=count&field=amount")]
    [InlineData("agg=count&field=tags")]
    [InlineData("agg=sum&field=amount")]
    [InlineData("agg=sum&field=count it's")]
    [InlineData("agg=avg&field=count it's")]
    [InlineData("agg=min&field=amount")]
    [InlineData("agg=max&field=count it's")]
    [InlineData("agg=max&field=at")]
    [InlineData("agg=unique&field=user")]
    [InlineData("agg=p50&field=amount")]
    [InlineData("agg=p90&field=amount")]
    [InlineData("agg=p99&field=count it's")]
    [InlineData("by=user&groups=3")]
    [InlineData("by=ok&agg=sum&field=count it's")]
    [InlineData("by=count it's&groups=2&agg=unique&field=amount")]
    [InlineData("step=1d&tz=Europe/Zurich")]
    [InlineData("step=6h&tz=Asia/Kathmandu&by=user&groups=100")]
    [InlineData("step=30m")]
    [InlineData("step=45s&from=2026-10-25T00:00:00.500Z&to=2026-10-25T02:00:00.001Z")]
    public async Task It_is_what_plain_counting_says(string parameters)
    {
        var (engine, project, rows) = await FillAsync();
        await using var server = await StartAsync(engine, project);
        var given = parameters.Split('&', StringSplitOptions.RemoveEmptyEntries).Select(one => one.Split('=')).ToDictionary(pair => pair[0], pair => pair[1]);
        given.TryAdd("from", "2026-10-24T23:00:00Z");
        given.TryAdd("to", "2026-10-27T00:00:00Z");
        given.TryAdd("step", "1h");
        var answer = await server.GetAsync($"{Path(project)}?{string.Join('&', given.Select(pair => $"{pair.Key}={Uri.EscapeDataString(pair.Value)}"))}");
        Assert.True(answer.Status == 200, answer.Text);
        Assert.Equal([$"{project}/{Metric}"], server.Actors.Flushed);
        Assert.Equal(Expected(rows, given), Shown(answer.Json).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Without_parameters_it_is_the_last_hour_in_usual_steps()
    {
        var (engine, project, _) = await FillAsync();
        await using var server = await StartAsync(engine, project);
        var answer = (await server.GetAsync(Path(project))).Json;
        var (from, to) = (answer.GetProperty("from").GetDateTimeOffset(), answer.GetProperty("to").GetDateTimeOffset());
        Assert.Equal(TimeSpan.FromHours(1), to - from);
        Assert.InRange(to, DateTimeOffset.UtcNow.AddMinutes(-5), DateTimeOffset.UtcNow.AddMinutes(5));
        Assert.Equal(("30s", "UTC", "count", 0), (answer.GetProperty("step").GetString(), answer.GetProperty("tz").GetString(), answer.GetProperty("agg").GetString(), answer.GetProperty("series").GetArrayLength()));
    }

    [Theory]
    [InlineData("step=1m&from=2026-10-24T23:00:00Z&to=2026-10-24T23:04:00Z", 60_000)]
    [InlineData("step=2m&from=2026-10-24T23:01:00Z&to=2026-10-24T23:04:00Z", 60_000)]
    [InlineData("step=6h&from=2026-10-24T23:00:00Z&to=2026-10-25T13:00:00Z", 3_600_000)]
    [InlineData("step=1d&from=2026-10-24T23:00:00Z&to=2026-10-26T00:00:00Z", 3_600_000)]
    [InlineData("step=7s&from=2026-10-24T23:00:00Z&to=2026-10-24T23:00:20Z", 1000)]
    [InlineData("step=1m&from=2026-10-24T23:00:01Z&to=2026-10-24T23:02:00Z", 1000)]
    public async Task Rows_are_counted_by_the_live_state_where_it_has_all_of_them(string parameters, int slotMs)
    {
        // Slot after slot: 1, 2, 3, … rows, and nothing in every fifth.
        await using var server = await StartAsync(await fixture.OpenAsync(), "shop");
        server.Actors.Counts = (slot, from, to) => slot == slotMs ? [.. Enumerable.Range(1, (int)((to - from) / slot)).Select(i => i % 5 == 0 ? 0L : i)] : null;
        var answer = await server.GetAsync($"{Path("shop")}?{parameters}");
        Assert.True(answer.Status == 200, answer.Text);
        Assert.Empty(server.Actors.Flushed);
        var (fromMs, stepMs) = (answer.Json.GetProperty("from").GetDateTimeOffset().ToUnixTimeMilliseconds(), SeriesStep.TryParse(answer.Json.GetProperty("step").GetString()!, out var step) ? step.Milliseconds : 0);
        var slots = (answer.Json.GetProperty("to").GetDateTimeOffset().ToUnixTimeMilliseconds() - fromMs) / slotMs;
        var expected = Enumerable.Range(0, (int)slots).Where(i => (i + 1) % 5 != 0)
            .GroupBy(i => (fromMs + ((long)i * slotMs)) / stepMs * stepMs).Select(interval => (interval.Key, interval.Sum(i => i + 1.0)));
        Assert.Equal(expected, answer.Json.GetProperty("series")[0].GetProperty("points").EnumerateArray()
            .Select(point => (point[0].GetDateTimeOffset().ToUnixTimeMilliseconds(), point[1].GetDouble())));
    }

    [Theory]
    [InlineData("1h", "2026-10-26T12:00:00Z", 3_600_000)]
    [InlineData("6h", "2026-10-26T13:00:00Z", 3_600_000)]
    [InlineData("5m", "2026-10-26T12:03:00Z", 60_000)]
    [InlineData("90s", "2026-10-26T12:00:01Z", 1000)]
    public async Task Older_rows_come_from_the_table_without_a_flush_where_the_live_state_has_the_newer_ones(string step, string watermark, int slotMs)
    {
        var (engine, project, rows) = await FillAsync();
        await using var server = await StartAsync(engine, project);
        var fromMs = DateTimeOffset.Parse(watermark, CultureInfo.InvariantCulture).ToUnixTimeMilliseconds();

        // As if nothing from there on were in the table yet.
        server.Actors.Tail = (slot, from, to) => slot != slotMs || from >= fromMs ? null : new TailCounts(
            fromMs,
            [.. Enumerable.Range(0, (int)((to - fromMs) / slot)).Select(i => fromMs + ((long)i * slot)).Select(begin => (long)rows.Count(row => row.Time.ToUnixTimeMilliseconds() is var time && time >= begin && time < begin + slot))]);
        await engine.ExecuteAsync($"ALTER TABLE {SqlText.Table(project, Metric)} DELETE WHERE _time >= fromUnixTimestamp64Milli({fromMs}) SETTINGS mutations_sync = 2");
        var given = new Dictionary<string, string> { ["from"] = "2026-10-24T23:07:00.123Z", ["to"] = "2026-10-27T00:00:00Z", ["step"] = step };
        var answer = await server.GetAsync($"{Path(project)}?{string.Join('&', given.Select(pair => $"{pair.Key}={Uri.EscapeDataString(pair.Value)}"))}");
        Assert.True(answer.Status == 200, answer.Text);
        Assert.Empty(server.Actors.Flushed);
        Assert.Equal(Expected(rows, given), Shown(answer.Json).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("step=1m&agg=count&field=amount")]
    [InlineData("step=1m&by=user")]
    [InlineData("step=1h&tz=Europe/Zurich")]
    [InlineData("step=5h")]
    [InlineData("step=7d")]
    [InlineData("step=1m&from=2026-10-24T23:00:00.001Z")]
    public async Task Everything_else_is_asked_of_the_table(string parameters)
    {
        var (engine, project, _) = await FillAsync();
        await using var server = await StartAsync(engine, project);
        server.Actors.Counts = (_, _, _) => throw new InvalidOperationException("The live state does not know.");
        var from = parameters.Contains("from", StringComparison.Ordinal) ? string.Empty : "&from=2026-10-24T23:00:00Z";
        Assert.Equal(200, (await server.GetAsync($"{Path(project)}?{parameters}{from}&to=2026-10-27T00:00:00Z")).Status);
        Assert.Single(server.Actors.Flushed);
    }

    [Theory]
    [InlineData("from=yesterday", "from")]
    [InlineData("to=", "to")]
    [InlineData("from=2026-10-25T00:00:00Z&to=2026-10-25T00:00:00Z", "from")]
    [InlineData("step=0s", "step")]
    [InlineData("step=1001d", "step")]
    [InlineData("step=1w", "step")]
    [InlineData("step=s", "step")]
    [InlineData("step=1s&from=2026-10-24T00:00:00Z&to=2026-10-25T00:00:00Z", "step")]
    [InlineData("agg=median&field=amount", "agg")]
    [InlineData("agg=1&field=amount", "agg")]
    [InlineData("agg=sum", "field")]
    [InlineData("agg=sum&field=user", "agg")]
    [InlineData("agg=unique&field=tags", "agg")]
    [InlineData("agg=max&field=ok", "agg")]
    [InlineData("field=none", "field")]
    [InlineData("by=tags", "by")]
    [InlineData("by=amount&by=user", "by")]
    [InlineData("groups=0", "groups")]
    [InlineData("groups=101", "groups")]
    [InlineData("tz=Zurich", "tz")]
    [InlineData("tz=../etc/passwd", "tz")]
    [InlineData("tz=UTC'", "tz")]
    [InlineData("steps=1m", "steps")]
    public async Task A_wrong_parameter_is_named(string parameters, string name)
    {
        await using var server = await StartAsync(await fixture.OpenAsync(), "shop");
        var answer = (await server.GetAsync($"{Path("shop")}?{parameters}")).MustBeProblem(400, "parameter_invalid");
        Assert.StartsWith($"Parameter {name} = ", answer.Json.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("1s", "2026-10-25T02:46:40Z", 200)]
    [InlineData("1s", "2026-10-25T02:46:41Z", 400)]
    public async Task There_are_ten_thousand_intervals_at_most(string step, string to, int status)
    {
        var (engine, project, _) = await FillAsync();
        await using var server = await StartAsync(engine, project);
        Assert.Equal(status, (await server.GetAsync($"{Path(project)}?step={step}&from=2026-10-25T00:00:00Z&to={to}")).Status);
    }

    [Fact]
    public async Task An_unknown_metric_is_said_to_be()
    {
        await using var server = await StartAsync(await fixture.OpenAsync(), "shop");
        (await server.GetAsync("/v1/projects/shop/metrics/none/series")).MustBeProblem(404, "metric_unknown");
        (await server.GetAsync("/v1/projects/other/metrics/none/series")).MustBeProblem(404, "project_unknown");
        (await server.GetAsync(Path("shop"))).MustBeProblem(404, "metric_unknown");
    }

    [Theory]
    [InlineData(60_000, "1s")]
    [InlineData(120_000, "1s")]
    [InlineData(121_000, "5s")]
    [InlineData(86_400_000, "30m")]
    [InlineData(31_536_000_000, "7d")]
    [InlineData(3_153_600_000_000, "30d")]
    public void A_usual_step_makes_at_most_as_many_intervals(long milliseconds, string step) => Assert.Equal(step, SeriesStep.For(milliseconds, 120).ToString());

    private static string Path(string project) => $"/v1/projects/{project}/metrics/{Uri.EscapeDataString(Metric)}/series";

    private static async Task<HttpTestServer> StartAsync(IClickHouse engine, string project)
    {
        var server = await HttpTestServer.StartAsync(log: new EventLogDouble(), engine: engine);
        server.Actors.Add(project, Metric);
        var key = MetricKey.Of(project, Metric);
        server.Actors.Schemas[key] = server.Actors.Schemas[key] with
        {
            Columns = [.. Columns.Select(column => new SchemaColumn(column.Name, ColumnLabel.Of(column.Type), column.Type.ToSql(), 0, true))],
        };
        return server;
    }

    private async Task<(IClickHouse Engine, string Project, List<Row> Rows)> FillAsync()
    {
        var engine = await fixture.OpenAsync();
        var project = await fixture.NewDatabaseAsync();
        var random = new Random(17);
        var rows = Enumerable.Range(0, 2_000).Select(i => new Row(
            Start.AddMilliseconds(random.NextInt64(0, 49 * 3_600_000)), random.Next(5) == 0 ? null : random.Next(0, 4_000) / 8.0, random.Next(7) == 0 ? null : random.Next(-5, 5),
            random.Next(6) == 0 ? null : $"u{Math.Min(random.Next(12), random.Next(12))}", random.Next(3) == 0 ? null : Start.AddSeconds(random.Next(100_000)), random.Next(3), random.Next(2) == 0)).ToList();
        await engine.ExecuteAsync(TableSql.CreateTable(SqlText.Table(project, Metric), Columns));
        await engine.ExecuteAsync(
            $"INSERT INTO {SqlText.Table(project, Metric)} (_time, _offset, {SqlText.Identifiers([.. Columns.Select(column => column.Name)])}) VALUES " + string.Join(", ", rows.Select((row, i) => string.Create(
                CultureInfo.InvariantCulture,
                $"(fromUnixTimestamp64Milli({row.Time.ToUnixTimeMilliseconds()}), {i}, {row.Amount?.ToString(CultureInfo.InvariantCulture) ?? "NULL"}, {row.Count?.ToString(CultureInfo.InvariantCulture) ?? "NULL"}, {(row.User is null ? "NULL" : $"'{row.User}'")}, {(row.At is { } at ? $"fromUnixTimestamp64Milli({at.ToUnixTimeMilliseconds()})" : "NULL")}, [{string.Join(',', Enumerable.Repeat("'t'", row.Tags))}], {(row.Ok ? "true" : "false")})"))));
        return (engine, project, rows);
    }

    /// <summary>Each point as <c>group|interval|value</c>.</summary>
    private static IEnumerable<string> Shown(JsonElement answer)
    {
        foreach (var series in answer.GetProperty("series").EnumerateArray())
        {
            var group = series.TryGetProperty("other", out _) ? "other" : series.TryGetProperty("group", out var value) ? value.GetString() ?? "none" : string.Empty;
            foreach (var point in series.GetProperty("points").EnumerateArray())
            {
                yield return $"{group}|{point[0].GetString()}|{Round(point[1])}";
            }
        }
    }

    private static string Round(JsonElement value) => value.ValueKind == JsonValueKind.Number ? Text(value.GetDouble()) : value.ValueKind == JsonValueKind.Null ? "null" : value.GetString()!;

    private static IEnumerable<string> Expected(List<Row> rows, Dictionary<string, string> given)
    {
        var (from, to) = (DateTimeOffset.Parse(given["from"], CultureInfo.InvariantCulture), DateTimeOffset.Parse(given["to"], CultureInfo.InvariantCulture));
        var within = rows.Where(row => row.Time >= from && row.Time < to).ToList();
        var by = given.GetValueOrDefault("by");
        var largest = within.Select(row => GroupOf(row, by)).OfType<string>().GroupBy(group => group)
            .OrderByDescending(group => group.Count()).ThenBy(group => group.Key, StringComparer.Ordinal)
            .Take(int.Parse(given.GetValueOrDefault("groups", "10"), CultureInfo.InvariantCulture)).Select(group => group.Key).ToHashSet();
        return within
            .GroupBy(row => (by is null ? string.Empty : GroupOf(row, by) is not { } group ? "none" : largest.Contains(group) ? group : "other", Begin(row.Time, given)))
            .Select(group => $"{group.Key.Item1}|{group.Key.Item2}|{Aggregate(group, given)}")
            .Order(StringComparer.Ordinal);
    }

    private static string? GroupOf(Row row, string? by) => by switch
    {
        "user" => row.User,
        "ok" => row.Ok ? "true" : "false",
        "count it's" => row.Count?.ToString(CultureInfo.InvariantCulture),
        _ => null,
    };

    private static string Begin(DateTimeOffset time, Dictionary<string, string> given)
    {
        var zone = TimeZoneInfo.FindSystemTimeZoneById(given.GetValueOrDefault("tz", "UTC"));
        var step = given["step"];
        var local = TimeZoneInfo.ConvertTime(time, zone);
        if (step == "1d")
        {
            var midnight = local.Date;
            return Iso(new DateTimeOffset(midnight, zone.GetUtcOffset(midnight)));
        }

        var number = int.Parse(step[..^1], CultureInfo.InvariantCulture);
        if (step[^1] == 'h' && zone.BaseUtcOffset != TimeSpan.Zero)
        {
            var hour = new DateTimeOffset(local.Date.AddHours(local.Hour / number * number), local.Offset);
            return Iso(hour);
        }

        var stepMs = number * (step[^1] switch { 's' => 1000L, 'm' => 60_000, _ => 3_600_000 });
        return Iso(DateTimeOffset.FromUnixTimeMilliseconds(time.ToUnixTimeMilliseconds() / stepMs * stepMs));
    }

    private static string Iso(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    private static string Aggregate(IEnumerable<Row> rows, Dictionary<string, string> given)
    {
        var field = given.GetValueOrDefault("field");
        var aggregate = given.GetValueOrDefault("agg", "count");
        if (aggregate == "unique")
        {
            return Text(rows.Select(row => field == "user" ? row.User : row.Amount?.ToString(CultureInfo.InvariantCulture)).OfType<string>().Distinct().Count());
        }

        if (field == "at")
        {
            return rows.Max(row => row.At) is { } latest ? Iso(latest) : "null";
        }

        var values = rows.Select(row => field switch { null => 1, "amount" => row.Amount, "tags" => row.Tags > 0 ? 1 : null, _ => (double?)row.Count }).OfType<double>().Order().ToList();
        return aggregate switch
        {
            "count" => Text(values.Count),
            _ when values.Count == 0 => "null",
            "sum" => Text(values.Sum()),
            "avg" => Text(values.Average()),
            "min" => Text(values[0]),
            "max" => Text(values[^1]),
            _ => Text(values[(int)(aggregate switch { "p50" => 0.5, "p90" => 0.9, _ => 0.99 } * values.Count)]),
        };
    }

    private static string Text(double value) => value.ToString("G12", CultureInfo.InvariantCulture);

    private sealed record Row(DateTimeOffset Time, double? Amount, long? Count, string? User, DateTimeOffset? At, int Tags, bool Ok);
}
