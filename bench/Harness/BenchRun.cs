using Analytics.Tests.Kafka;

namespace Analytics.Bench.Harness;

/// <summary>Runs cases one after the other, on one broker, and reports.</summary>
internal static class BenchRun
{
    /// <summary>Runs what the command line asks for.</summary>
    /// <returns>The exit code: 0 when every case ran to its end, 1 when one failed, 2 when the command line is wrong. A bar that is not met is no failure.</returns>
    public static async Task<int> RunAsync(IReadOnlyList<string> arguments, IReadOnlyList<ICase> cases)
    {
        BenchOptions options;
        ICase[] chosen;
        try
        {
            options = BenchOptions.Parse(arguments);
            chosen = Choose(options.Cases, cases);
        }
        catch (ArgumentException mistake)
        {
            Console.Error.WriteLine(mistake.Message);
            return 2;
        }

        var runs = new Row("machine", "runs", options.Runs, options.IsQuick ? "of small inputs: figures are rough" : "of full inputs");
        var rows = new List<Row>([.. Machine.Describe(), runs]);
        Report.Print(rows);
        var earlier = Earlier(options, chosen);
        var failed = await RunAsync(options, chosen, rows, earlier);
        Report.Print(rows);
        return failed.Count == 0 ? 0 : 1;
    }

    // A case that is run again takes the place of what it was in the file; others stay, each with the revision that it was measured on.
    private static IReadOnlyList<Row> Earlier(BenchOptions options, ICase[] chosen) => options is { Cases.Count: > 0, JsonPath: { } path }
        ? [.. Report.Read(path).Where(row => row.Case != Machine.CaseName && chosen.All(one => one.Name != row.Case))]
        : [];

    private static async Task<List<string>> RunAsync(BenchOptions options, ICase[] cases, List<Row> rows, IReadOnlyList<Row> earlier)
    {
        KafkaBroker? broker = null;
        var failed = new List<string>();
        try
        {
            foreach (var one in cases)
            {
                Console.Error.WriteLine($"{one.Name}, {options.Runs} run{(options.Runs == 1 ? string.Empty : "s")}");
                var samples = new Samples(one.Name);
                try
                {
                    await one.RunAsync(new CaseContext(options.Runs, options.IsQuick, options.Events, options.HasPeers, options.Only, samples, async () => broker ??= await KafkaBroker.StartAsync()));
                }
                catch (Exception failure)
                {
                    Console.Error.WriteLine($"{one.Name} has failed: {failure}");
                    failed.Add(one.Name);
                }

                rows.Add(new Row(one.Name, "revision", null, Machine.Revision));
                rows.AddRange(samples.Rows());

                // A run of more than an hour that is ended early leaves what it has.
                Write(options, [.. rows, .. earlier]);
            }
        }
        finally
        {
            await (broker?.DisposeAsync() ?? ValueTask.CompletedTask);
        }

        return failed;
    }

    private static void Write(BenchOptions options, IReadOnlyList<Row> rows)
    {
        if (options.JsonPath is { } path)
        {
            Report.Write(path, rows);
        }
    }

    private static ICase[] Choose(IReadOnlyList<string> names, IReadOnlyList<ICase> cases)
    {
        foreach (var name in names.Where(name => cases.All(one => one.Name != name)))
        {
            throw new ArgumentException($"There is no case {name}; there are {string.Join(", ", cases.Select(one => one.Name))}. {BenchOptions.Usage}");
        }

        return [.. cases.Where(one => names.Count == 0 || names.Contains(one.Name))];
    }
}
