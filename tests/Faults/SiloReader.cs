using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using Analytics.Tests.Integration;
using Xunit;

namespace Analytics.Tests.Faults;

/// <summary>Reads what a silo holds, the way anybody can: over HTTP.</summary>
internal static class SiloReader
{
    /// <summary>Settings of a silo whose tables are read as a whole.</summary>
    public static readonly string[] Settings =
    [
        "--Analytics:ClickHouse:QueryRowsMax=10000000",
        "--Analytics:ClickHouse:QueryBytesMax=1000000000",
        "--Analytics:ClickHouse:QuerySecondsMax=120",
    ];

    /// <summary>One metric, as live state and as table; the log must be read to its end.</summary>
    public static async Task<FoundMetric> MetricAsync(RunningSilo silo, string project, string metric)
    {
        var rows = await LinesAsync(silo, $"SELECT ifNull(uid, ''), ifNull(n, -1), ifNull(toInt64(amount * 4), -1) FROM {project}.{metric}");
        var live = await silo.GetAsync($"/v1/projects/{project}/metrics/{metric}");
        var fields = live.GetProperty("fields").EnumerateObject().ToDictionary(field => field.Name, field => field.Value);
        var table = new Dictionary<string, FieldFacts>();
        foreach (var (name, field) in fields)
        {
            table.Add(name, await TableFactsAsync(silo, $"{project}.{metric}", name, field.GetProperty("type").GetString()!));
        }

        return new FoundMetric
        {
            Rows = [.. rows.Select(row => new FoundRow(row[0], Int64(row[1]), Int64(row[2])))],
            LiveTotal = live.GetProperty("total").GetInt64(),
            DurableRows = live.GetProperty("durable").GetProperty("rows").GetInt64(),
            Duplicates = live.GetProperty("duplicates").GetInt64(),
            Live = fields.ToDictionary(field => field.Key, field => LiveFacts(field.Value)),
            Table = table,
        };
    }

    /// <summary>Every dead letter's bytes, and how often they are there.</summary>
    public static async Task<Dictionary<string, long>> DeadLettersAsync(RunningSilo silo)
    {
        var rows = await LinesAsync(silo, "SELECT base64Encode(raw), count() FROM analytics.dead_letters GROUP BY raw");
        return rows.ToDictionary(row => System.Text.Encoding.UTF8.GetString(Convert.FromBase64String(row[0])), row => Int64(row[1]));
    }

    private static FieldFacts LiveFacts(JsonElement field)
    {
        var type = field.GetProperty("type").GetString()!;
        return new FieldFacts
        {
            Count = field.GetProperty("count").GetInt64(),
            Null = field.GetProperty("null").GetInt64(),
            Conflicts = field.GetProperty("conflicts").GetInt64(),
            Min = Scalar("min"),
            Max = Scalar("max"),
            Sum = Scalar("sum"),
        };

        string? Scalar(string name) => !field.TryGetProperty(name, out var value) ? null
            : value.ValueKind == JsonValueKind.String ? value.GetString()
            : type == "Float64" ? value.GetDouble().ToString("R", CultureInfo.InvariantCulture) : value.GetRawText();
    }

    private static async Task<FieldFacts> TableFactsAsync(RunningSilo silo, string table, string name, string type)
    {
        var isArray = type.StartsWith("Array", StringComparison.Ordinal);
        var hasValue = isArray ? $"notEmpty({name})" : $"isNotNull({name})";
        var isExtra = $"mapContains(_extra, '{name}')";
        var facts = type switch
        {
            "Int64" => $"toString(min({name})), toString(max({name})), toString(sum(toInt128({name})))",
            "Float64" => $"toString(min({name})), toString(max({name})), toString(sum({name}))",
            "DateTime" => $"concat(replace(toString(min({name})), ' ', 'T'), 'Z'), concat(replace(toString(max({name})), ' ', 'T'), 'Z')",
            _ => "NULL",
        };
        var row = Assert.Single(await LinesAsync(
            silo, $"SELECT countIf({hasValue}), countIf(NOT {hasValue} AND NOT {isExtra}), countIf({isExtra}), {facts} FROM {table}"));
        return new FieldFacts
        {
            Count = Int64(row[0]),
            Null = Int64(row[1]),
            Conflicts = Int64(row[2]),
            Min = Fact(3),
            Max = Fact(4),
            Sum = Fact(5),
        };

        string? Fact(int index) => index >= row.Length || row[index] == "\\N" ? null
            : type == "Float64" ? double.Parse(row[index], CultureInfo.InvariantCulture).ToString("R", CultureInfo.InvariantCulture) : row[index];
    }

    private static async Task<List<string[]>> LinesAsync(RunningSilo silo, string sql)
    {
        using var response = await silo.Http.PostAsJsonAsync(new Uri("/v1/query", UriKind.Relative), new { sql, format = "TSV" });
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, $"{sql}: {text}");
        return [.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split('\t'))];
    }

    private static long Int64(string text) => long.Parse(text, CultureInfo.InvariantCulture);
}
