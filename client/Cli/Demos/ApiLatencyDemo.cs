using Analytics.Cli.Output;
using Analytics.Cli.Running;
using Analytics.Client;

namespace Analytics.Cli.Demos;

/// <summary>
/// Services report each call with the time it took; of service 1 one wants to know which part of the time each API takes, and its percent rank. Metric
/// <c>guides/api_call</c>, view <c>share_of_time</c> for the present, SQL for any range.
/// </summary>
internal sealed class ApiLatencyDemo(CommandContext context, int rate, TimeSpan time, int seed)
{
    private const string Project = "guides";
    private const string Metric = "api_call";
    private const string View = "share_of_time";
    private const int ApisMax = 12;
    private const int ServicesMax = 3;

    private const string RangeSql = """
        SELECT api_id AS api, calls, taken, taken / sum(taken) OVER () AS share, percent_rank() OVER (ORDER BY taken) AS rank
        FROM (
          SELECT api_id, count() AS calls, sumKahan(time_taken) AS taken FROM guides.api_call
          WHERE service_id = 1 AND _time >= fromUnixTimestamp64Milli({from:Int64}, 'UTC') AND _time < fromUnixTimestamp64Milli({to:Int64}, 'UTC')
          GROUP BY api_id)
        ORDER BY taken DESC, api_id
        """;

    private readonly Random _random = new(seed);
    private readonly ApiLatencyLedger _ledger = new();

    /// <summary>Sends, shows and compares.</summary>
    public async Task<int> RunAsync()
    {
        await context.Client.PutViewAsync(
            Project, Metric, View,
            new ViewDefinition
            {
                GroupBy = ["api_id"],
                Window = "10s",
                Every = "2s",
                Aggregates = [new("sum", "time_taken"), new("share", "time_taken"), new("percent_rank", "time_taken"), new("count"), new("p99", "time_taken")],
                Where = "service_id = 1",
            },
            context.Cancelled);
        var begin = DateTimeOffset.FromUnixTimeMilliseconds(DateTimeOffset.UtcNow.ToUnixTimeMilliseconds());
        using var sent = CancellationTokenSource.CreateLinkedTokenSource(context.Cancelled);
        var sending = SendAsync(sent);
        await LiveDrawing.RunAsync(
            context with { Cancelled = sent.Token }, ViewChanges.WatchAsync(context.Client, Project, Metric, View, sent.Token), view => ViewDrawing.Draw(view, ApisMax), PrintNewest);
        var count = await sending;
        var rows = await ReadAsync(begin, DateTimeOffset.UtcNow.AddMilliseconds(1));
        var difference = _ledger.Compare(rows);
        if (context.IsJson)
        {
            context.PrintJson(new { Sent = count, Apis = rows, Difference = difference });
            return difference is null ? CliExit.Done : CliExit.Partly;
        }

        Print(rows);
        context.Print(difference is null
            ? $"{Numbers.Of(count)} calls; the shares and ranks of {rows.Count} APIs are what a plain calculation gives."
            : $"{Numbers.Of(count)} calls; something is not what a plain calculation gives: {difference}");
        return difference is null ? CliExit.Done : CliExit.Partly;
    }

    /// <summary>Shows a range of the past, or of the present.</summary>
    public async Task<int> ShowRangeAsync(DateTimeOffset from, DateTimeOffset to)
    {
        var rows = await ReadAsync(from, to);
        if (context.IsJson)
        {
            context.PrintJson(rows);
        }
        else
        {
            Print(rows);
        }

        return rows.Count > 0 ? CliExit.Done : CliExit.Partly;
    }

    private async Task<IReadOnlyList<ApiShare>> ReadAsync(DateTimeOffset from, DateTimeOffset to) => await context.Client.QueryAsync<ApiShare>(
        RangeSql, new Dictionary<string, object?> { ["from"] = from.ToUnixTimeMilliseconds(), ["to"] = to.ToUnixTimeMilliseconds() }, context.Cancelled);

    private async Task<long> SendAsync(CancellationTokenSource sent)
    {
        try
        {
            return await DemoSender.SendAsync(context.Client, rate, time, Make, context.Cancelled);
        }
        finally
        {
            await sent.CancelAsync();
        }
    }

    private TrackedEvent Make(DateTimeOffset now)
    {
        var api = _random.Next(1, ApisMax + 1);
        var service = _random.Next(1, ServicesMax + 1);

        // APIs with higher numbers are slower; now and then a call takes long.
        var taken = Math.Round((api * 3) - (Math.Log(1 - _random.NextDouble()) * api * 4), 3);
        _ledger.Add(api, service, taken);
        return new TrackedEvent(Project, Metric, new { api_id = api, time_taken = taken, service_id = service }) { Time = now };
    }

    private void PrintNewest(ViewState view)
    {
        if (context.IsJson)
        {
            context.PrintJson(view);
        }
        else if (view.Windows.LastOrDefault(window => window.Rows.Count > 0) is { } window)
        {
            var first = window.Rows[0];
            context.Print($"{Numbers.Of(window.Start)}\t{window.Rows.Count} APIs\tAPI {first.GroupText("api_id")} takes {Numbers.Percent(first.Number("share(time_taken)"))}");
        }
    }

    private void Print(IReadOnlyList<ApiShare> rows)
    {
        var grid = new Grid("api_id", "calls", "time_taken", "percentage_time", "percent_rank");
        foreach (var row in rows)
        {
            grid.Row(Numbers.Of(row.Api), Numbers.Of(row.Calls), Numbers.Of(row.Taken), Numbers.Percent(row.Share), Numbers.Percent(row.Rank));
        }

        grid.Print(context.Terminal);
    }
}
