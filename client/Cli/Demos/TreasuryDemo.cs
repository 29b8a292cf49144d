using System.Text.Json;
using Analytics.Cli.Output;
using Analytics.Cli.Running;
using Analytics.Client;

namespace Analytics.Cli.Demos;

/// <summary>
/// A bank's branches send transactions; every two seconds the treasury wants the position by branch and currency. Metric <c>bank/transaction</c>, view <c>position</c>, its rollup
/// table in ClickHouse, and, when asked for, the table <c>transaction_flow</c> of PostgreSQL.
/// </summary>
internal sealed class TreasuryDemo(CommandContext context, int rate, TimeSpan time, int seed, bool isPostgres)
{
    private const string Project = "bank";
    private const string Metric = "transaction";
    private const string View = "position";

    private static readonly string[] Branches = ["Basel", "Bern", "Geneva", "Lausanne", "Zurich"];
    private static readonly string[] Currencies = ["CHF", "EUR", "USD", "GBP"];

    // The last events are seen within milliseconds; a loaded server may take longer.
    private static readonly TimeSpan SeenWithin = TimeSpan.FromSeconds(20);

    private static readonly JsonElement RollupSink = JsonSerializer.SerializeToElement("clickhouse");

    private static readonly JsonElement PostgresSink = JsonSerializer.SerializeToElement(new
    {
        postgres = new
        {
            table = "transaction_flow",
            columns = new Dictionary<string, string> { ["window_end"] = "curr_time", ["branch"] = "branch_name", ["currency"] = "currency_code", ["sum(amount)"] = "batch_value" },
        },
    });

    private readonly TreasuryLedger _ledger = new();
    private readonly Random _random = new(seed);

    /// <summary>Sends, shows and compares.</summary>
    public async Task<int> RunAsync()
    {
        await context.Client.PutViewAsync(Project, Metric, View, Definition(), context.Cancelled);
        using var sent = CancellationTokenSource.CreateLinkedTokenSource(context.Cancelled);
        var sending = SendAsync(sent);
        await LiveDrawing.RunAsync(
            context with { Cancelled = sent.Token }, ViewChanges.WatchAsync(context.Client, Project, Metric, View, sent.Token), view => ViewDrawing.Draw(view, Branches.Length * Currencies.Length),
            PrintNewest);
        var count = await sending;
        var (compared, difference) = await CompareAsync();
        if (context.IsJson)
        {
            context.PrintJson(new { Sent = count, Compared = compared, Difference = difference });
        }
        else
        {
            context.Print(difference is null
                ? $"{Numbers.Of(count)} transactions; {Numbers.Of(compared)} positions are what a plain calculation gives."
                : $"{Numbers.Of(count)} transactions; a position is not what a plain calculation gives: {difference}");
        }

        return difference is null && compared > 0 ? CliExit.Done : CliExit.Partly;
    }

    private ViewDefinition Definition() => new()
    {
        GroupBy = ["branch", "currency"],
        Window = "2s",
        Aggregates = [new ViewAggregate("sum", "amount"), new ViewAggregate("count")],
        Sinks = isPostgres ? [RollupSink, PostgresSink] : [RollupSink],
    };

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
        var branch = Branches[_random.Next(Branches.Length)];
        var currency = Currencies[_random.Next(Currencies.Length)];

        // Above zero the branch buys, below it sells.
        var amount = _random.Next(-100_000, 100_001) / 100m;
        _ledger.Add(now, branch, currency, amount);
        return new TrackedEvent(Project, Metric, new { branch, currency, amount }) { Time = now };
    }

    private void PrintNewest(ViewState view)
    {
        if (context.IsJson)
        {
            context.PrintJson(view);
        }
        else if (view.Windows.LastOrDefault(window => window.Rows.Count > 0) is { } window)
        {
            context.Print($"{Numbers.Of(window.Start)}\t{window.Rows.Count} positions\t{Numbers.Of((long)window.Rows.Sum(row => row.Number("count") ?? 0))} transactions");
        }
    }

    private async Task<(int Compared, string? Difference)> CompareAsync()
    {
        (int Compared, string? Difference) result = (0, "The view shows nothing.");
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(context.Cancelled);
        deadline.CancelAfter(SeenWithin);
        try
        {
            await foreach (var view in ViewChanges.WatchAsync(context.Client, Project, Metric, View, deadline.Token))
            {
                result = _ledger.Compare(view);
                if (result.Difference is null)
                {
                    break;
                }
            }
        }
        catch (OperationCanceledException) when (!context.Cancelled.IsCancellationRequested)
        {
            // Nothing more comes: what was compared last counts.
        }

        return result;
    }
}
