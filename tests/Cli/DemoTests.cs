// Goal: both demos run on a real server as the README says, and the numbers they show are those of a plain calculation made here from the tables' rows, not only their own.
using System.Text.Json;
using Analytics.Tests.Integration;
using Xunit;

namespace Analytics.Tests.Cli;

public sealed class DemoTests(SiloFixture fixture) : IClassFixture<SiloFixture>
{
    private readonly RunningSilo _silo = fixture.Silo;

    [Fact]
    public async Task Treasury_shows_the_position_of_every_two_seconds()
    {
        var run = await CliRun.RunAsync(_silo.Http.BaseAddress!, ["demo", "treasury", "--seconds", "4", "--rate", "200", "--json"]);
        Assert.True(run.ExitCode == 0, run.Output + run.Error);
        var summary = JsonDocument.Parse(run.Lines[^1]).RootElement;
        Assert.Equal(800, summary.GetProperty("sent").GetInt64());
        Assert.True(summary.GetProperty("compared").GetInt32() >= 40, run.Lines[^1]);

        // The same from the rows, added up here.
        var rows = await _silo.QueryAsync("SELECT toUnixTimestamp64Milli(_time) AS t, branch, currency, amount FROM bank.transaction SETTINGS output_format_json_quote_64bit_integers = 0");
        Assert.Equal(800, rows.Length);
        var expected = new Dictionary<(long, string, string), decimal>();
        foreach (var row in rows)
        {
            var key = (row.GetProperty("t").GetInt64() / 2000 * 2000, row.GetProperty("branch").GetString()!, row.GetProperty("currency").GetString()!);
            expected[key] = expected.GetValueOrDefault(key) + row.GetProperty("amount").GetDecimal();
        }

        var view = await _silo.GetAsync("/v1/projects/bank/metrics/transaction/views/position");
        var shown = 0;
        foreach (var window in view.GetProperty("windows").EnumerateArray())
        {
            foreach (var position in window.GetProperty("rows").EnumerateArray())
            {
                var group = position.GetProperty("group");
                var key = (window.GetProperty("start").GetDateTimeOffset().ToUnixTimeMilliseconds(), group.GetProperty("branch").GetString()!, group.GetProperty("currency").GetString()!);
                Assert.Equal((double)expected[key], position.GetProperty("sum(amount)").GetDouble(), 6);
                shown++;
            }
        }

        Assert.Equal(expected.Count, shown);
    }

    [Fact]
    public async Task Api_latency_shows_shares_and_ranks_of_any_range()
    {
        var run = await CliRun.RunAsync(_silo.Http.BaseAddress!, ["demo", "api-latency", "--seconds", "3", "--rate", "300", "--json"]);
        Assert.True(run.ExitCode == 0, run.Output + run.Error);
        var apis = JsonDocument.Parse(run.Lines[^1]).RootElement.GetProperty("apis").EnumerateArray().ToArray();
        var rows = await _silo.QueryAsync("SELECT api_id, time_taken, service_id FROM guides.api_call SETTINGS output_format_json_quote_64bit_integers = 0");
        Assert.Equal(900, rows.Length);
        var times = rows.Where(row => row.GetProperty("service_id").GetInt64() == 1).GroupBy(row => row.GetProperty("api_id").GetInt64())
            .ToDictionary(api => api.Key, api => api.Sum(row => row.GetProperty("time_taken").GetDouble()));
        Assert.Equal(times.Keys.Order(), apis.Select(api => api.GetProperty("api").GetInt64()).Order());
        foreach (var api in apis)
        {
            var taken = times[api.GetProperty("api").GetInt64()];
            Assert.Equal(taken / times.Values.Sum(), api.GetProperty("share").GetDouble(), 9);
            Assert.Equal(times.Values.Count(other => other < taken) / (times.Count - 1.0), api.GetProperty("rank").GetDouble(), 9);
        }

        await CompareViewAsync();
        var range = await CliRun.RunAsync(_silo.Http.BaseAddress!, ["demo", "api-latency", "--from", "1h", "--json"]);

        // The engine adds doubles in an order of its own, the live state without rounding.
        Assert.Equal(apis.Select(Rounded), range.Json.EnumerateArray().Select(Rounded));
        var nothing = await CliRun.RunAsync(_silo.Http.BaseAddress!, ["demo", "api-latency", "--from", "2h", "--to", "1h", "--json"]);
        Assert.Equal((1, "[]\n"), (nothing.ExitCode, nothing.Output));
    }

    /// <summary>Every window of the live view, of ten seconds each two seconds, against the rows with its times.</summary>
    private async Task CompareViewAsync()
    {
        var rows = await _silo.QueryAsync(
            "SELECT toUnixTimestamp64Milli(_time) AS t, api_id, time_taken FROM guides.api_call WHERE service_id = 1 SETTINGS output_format_json_quote_64bit_integers = 0");
        var view = await _silo.GetAsync("/v1/projects/guides/metrics/api_call/views/share_of_time");
        var windows = view.GetProperty("windows").EnumerateArray().ToArray();
        Assert.True(windows.Length >= 5);
        foreach (var window in windows)
        {
            var (start, end) = (window.GetProperty("start").GetDateTimeOffset().ToUnixTimeMilliseconds(), window.GetProperty("end").GetDateTimeOffset().ToUnixTimeMilliseconds());
            var apis = rows.Where(row => row.GetProperty("t").GetInt64() >= start && row.GetProperty("t").GetInt64() < end)
                .GroupBy(row => row.GetProperty("api_id").GetInt64(), row => row.GetProperty("time_taken").GetDouble())
                .ToDictionary(api => api.Key.ToString(System.Globalization.CultureInfo.InvariantCulture), api => api.Order().ToArray());
            var all = apis.Values.Sum(times => times.Sum());
            var shown = window.GetProperty("rows").EnumerateArray().ToArray();
            Assert.Equal(apis.Count, shown.Length);
            foreach (var row in shown)
            {
                var times = apis[row.GetProperty("group").GetProperty("api_id").ToString()];
                var p99 = times[(int)(0.99 * (times.Length - 1))];
                Assert.Equal(times.Length, row.GetProperty("count").GetInt32());
                Assert.Equal(times.Sum(), row.GetProperty("sum(time_taken)").GetDouble(), 6);
                Assert.Equal(times.Sum() / all, row.GetProperty("share(time_taken)").GetDouble(), 9);
                Assert.InRange(row.GetProperty("p99(time_taken)").GetDouble(), 0.99 * p99, 1.01 * p99);
                Assert.Equal(
                    apis.Count == 1 ? 0 : apis.Values.Count(other => other.Sum() < times.Sum()) / (apis.Count - 1.0), row.GetProperty("percent_rank(time_taken)").GetDouble(), 9);
            }
        }
    }

    private static (long Api, long Calls, double Taken, double Share, double Rank) Rounded(JsonElement api) => (
        api.GetProperty("api").GetInt64(), api.GetProperty("calls").GetInt64(), Math.Round(api.GetProperty("taken").GetDouble(), 6),
        Math.Round(api.GetProperty("share").GetDouble(), 9), Math.Round(api.GetProperty("rank").GetDouble(), 9));
}
