using System.CommandLine;
using Analytics.Cli.Commands;
using Analytics.Cli.Running;

namespace Analytics.Cli.Demos;

/// <summary><c>demo treasury</c> and <c>demo api-latency</c>: send events of their own, show the numbers live and compare them with a plain calculation.</summary>
internal static class DemoCommand
{
    /// <summary>Makes it.</summary>
    public static Command Create(CommandRunner runner) => new("demo", "Whole systems to try, on a running server.") { Treasury(runner), ApiLatency(runner) };

    private static Command Treasury(CommandRunner runner)
    {
        var seconds = Seconds();
        var rate = Rate();
        var seed = Seed();
        var postgres = new Option<bool>("--postgres") { Description = "Also write each closed window into PostgreSQL (Analytics:Postgres:ConnectionString of the server), table transaction_flow." };
        return runner.Add(
            new Command("treasury", "A bank's position by branch and currency, every two seconds.") { seconds, rate, seed, postgres },
            context => new TreasuryDemo(context, Positive(rate, context.Get(rate)), TimeSpan.FromSeconds(Positive(seconds, context.Get(seconds))), context.Get(seed), context.Get(postgres)).RunAsync());
    }

    private static Command ApiLatency(CommandRunner runner)
    {
        var seconds = Seconds();
        var rate = Rate();
        var seed = Seed();
        var from = Arguments.Time("--from", "Send nothing: the shares of a range from this time on; also 15m, 2h, 7d ago.");
        var to = Arguments.Time("--to", "And before this time; now without it.");
        return runner.Add(
            new Command("api-latency", "Each API's share of the time of service 1, and its percent rank.") { seconds, rate, seed, from, to },
            context =>
            {
                var demo = new ApiLatencyDemo(context, Positive(rate, context.Get(rate)), TimeSpan.FromSeconds(Positive(seconds, context.Get(seconds))), context.Get(seed));
                var now = DateTimeOffset.UtcNow;
                return Arguments.ReadTime("--from", context.Get(from), now) is { } begin
                    ? demo.ShowRangeAsync(begin, Arguments.ReadTime("--to", context.Get(to), now) ?? now)
                    : demo.RunAsync();
            });
    }

    private static Option<int> Seconds() => new("--seconds") { Description = "For how long events are sent.", DefaultValueFactory = _ => 30 };

    private static Option<int> Rate() => new("--rate") { Description = "Events a second.", DefaultValueFactory = _ => 100 };

    private static Option<int> Seed() => new("--seed") { Description = "The same seed makes the same amounts.", DefaultValueFactory = _ => 1 };

    private static int Positive(Option<int> option, int value) => value is > 0 and <= 1_000_000 ? value : throw new CliException($"{option.Name} is {value}: it must be 1 to 1,000,000.");
}
