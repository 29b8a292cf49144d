using Analytics.Tests.Integration;
using Xunit;

namespace Analytics.Tests.Faults;

/// <summary>A silo process under load, with the check at the end. The test in between does to it what it likes.</summary>
internal sealed class FaultRun : IAsyncDisposable
{
    private const int FindingsMax = 20;
    private const int OutputCharsMax = 6_000;

    private static readonly TimeSpan AnswerMax = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan DrainMax = TimeSpan.FromSeconds(120);

    /// <summary>Small segments and little kept: the log begins new files and removes old ones all along the run. Small records: many bodies are several.</summary>
    public static readonly string[] Settings =
    [
        "--Analytics:Log:SegmentBytesMax=65536",
        "--Analytics:Log:RetentionBytesMax=131072",
        "--Analytics:Limits:RecordBytesMax=4096",
        .. SiloReader.Settings,
    ];

    private readonly Func<RunningSilo, Task<bool>> _isDrained;

    private FaultRun(RunningSilo silo, int seed, Func<RunningSilo, Task<bool>>? isDrained)
    {
        Silo = silo;
        Seed = seed;
        _isDrained = isDrained ?? IsFileLogDrainedAsync;
    }

    /// <summary>The process.</summary>
    public RunningSilo Silo { get; }

    /// <summary>Decides what is sent and what is done.</summary>
    public int Seed { get; }

    /// <summary>The clients.</summary>
    public Load Load { get; private set; } = null!;

    /// <summary>Starts silo and load.</summary>
    /// <param name="dataDirectory">Where the silo keeps its data; a new temporary folder when not given.</param>
    /// <param name="answerMax">What a client waits for an answer; ten seconds when not given.</param>
    /// <param name="settings">Settings besides the usual ones.</param>
    public static Task<FaultRun> StartAsync(string? dataDirectory = null, TimeSpan? answerMax = null, params string[] settings) =>
        StartAsync(null, dataDirectory, answerMax, settings);

    /// <summary>Starts a silo whose log is somewhere else than in its data directory, and load.</summary>
    /// <param name="isDrained">Tells whether everything in that log is committed.</param>
    /// <param name="settings">Settings besides the usual ones.</param>
    public static Task<FaultRun> StartAsync(Func<RunningSilo, Task<bool>> isDrained, params string[] settings) => StartAsync(isDrained, null, null, settings);

    private static async Task<FaultRun> StartAsync(
        Func<RunningSilo, Task<bool>>? isDrained, string? dataDirectory, TimeSpan? answerMax, string[] settings)
    {
        var seed = FaultSettings.Seed;
        TestContext.Current.TestOutputHelper?.WriteLine($"FAULT_SEED={seed}");
        var silo = dataDirectory is null ? RunningSilo.Prepare([.. Settings, .. settings]) : RunningSilo.PrepareIn(dataDirectory, [.. Settings, .. settings]);
        var run = new FaultRun(silo, seed, isDrained);
        try
        {
            await silo.StartAsync();
            run.Load = Load.Start(silo.Http.BaseAddress!, seed, answerMax ?? AnswerMax);
            return run;
        }
        catch
        {
            await silo.DisposeAsync();
            throw;
        }
    }

    /// <summary>Waits until a metric has a live state. One that is not registered yet cannot be while nothing can be written: its events wait in the log.</summary>
    public Task UntilLiveAsync(string project, string metric) => Eventually.IsTrueAsync(
        async () =>
        {
            using var response = await Silo.Http.GetAsync(new Uri($"/v1/projects/{project}/metrics/{metric}", UriKind.Relative));
            return response.IsSuccessStatusCode;
        },
        TimeSpan.FromSeconds(30),
        () => Silo.Output);

    /// <summary>Stops the load, lets the silo read its log to the end, and compares everything.</summary>
    public async Task CheckAsync()
    {
        await Load.StopAsync();
        await DrainAsync();
        var check = new ExactnessCheck();
        foreach (var ((project, metric), promised) in Load.Promises.Metrics)
        {
            check.Metric($"{project}/{metric}", promised, await SiloReader.MetricAsync(Silo, project, metric));
        }

        check.DeadLetters(Load.Promises.Broken, await SiloReader.DeadLettersAsync(Silo));
        TestContext.Current.TestOutputHelper?.WriteLine($"{Load.Promises.EventCount} events, {Load.Promises.Broken.Count} refused inputs; {Load.Counters}");
        Assert.NotEmpty(Load.Promises.Metrics);
        Assert.True(check.Findings.Count == 0, Describe(check.Findings));
    }

    /// <summary>Completes when everything in the log is durable in the tables.</summary>
    public Task DrainAsync() => Eventually.IsTrueAsync(
        () => _isDrained(Silo),
        DrainMax,
        () => $"the log is read to its end. FAULT_SEED={Seed}\n{Tail()}");

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        if (Load is not null)
        {
            await Load.DisposeAsync();
        }

        await Silo.DisposeAsync();
    }

    private static async Task<bool> IsFileLogDrainedAsync(RunningSilo silo) =>
        await silo.MetricAsync("analytics_log_committed_offset") == await silo.MetricAsync("analytics_log_end_offset");

    private string Describe(IReadOnlyList<string> findings) =>
        $"FAULT_SEED={Seed}; {Load.Counters}; {findings.Count} findings:\n{string.Join('\n', findings.Take(FindingsMax))}\n{Tail()}";

    private string Tail()
    {
        var output = Silo.Output;
        return output[Math.Max(0, output.Length - OutputCharsMax)..];
    }
}
