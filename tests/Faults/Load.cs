using System.Globalization;

namespace Analytics.Tests.Faults;

/// <summary>Several clients sending to one silo at the same time, through whatever happens to it.</summary>
internal sealed class Load : IAsyncDisposable
{
    private const int ClientCount = 4;

    // A stop waits for the last bodies; a silo that does not take them for so long has failed.
    private static readonly TimeSpan StopMax = TimeSpan.FromSeconds(120);

    private readonly CancellationTokenSource _stopping = new();
    private readonly CancellationTokenSource _abandoning = new();
    private readonly HttpClient _http;
    private readonly Task[] _clients;

    private Load(Uri address, int seed, TimeSpan answerMax)
    {
        _http = new HttpClient { BaseAddress = address, Timeout = answerMax };
        _clients = [.. Enumerable.Range(0, ClientCount).Select(i => Task.Run(() => Client(seed, i).RunAsync(_stopping.Token, _abandoning.Token)))];
    }

    /// <summary>What was promised so far.</summary>
    public Promises Promises { get; } = new();

    /// <summary>What the clients have met so far.</summary>
    public LoadCounters Counters { get; } = new();

    /// <summary>Starts the clients.</summary>
    /// <param name="address">The silo's.</param>
    /// <param name="seed">Decides what is sent.</param>
    /// <param name="answerMax">What a client waits for an answer before it sends again.</param>
    public static Load Start(Uri address, int seed, TimeSpan answerMax) => new(address, seed, answerMax);

    /// <summary>Completes when so many more bodies were delivered.</summary>
    public Task DeliverAsync(int more) => WaitForAsync(Counters.DeliveredCount + more, () => Counters.DeliveredCount);

    /// <summary>Completes when so many more sendings were refused for now.</summary>
    public Task RefuseAsync(int more) => WaitForAsync(Counters.RefusedCount + more, () => Counters.RefusedCount);

    /// <summary>Completes when so many more sendings were without an answer.</summary>
    public Task MissAnswersAsync(int more) => WaitForAsync(Counters.UnansweredCount + more, () => Counters.UnansweredCount);

    /// <summary>Stops the clients; every body that was begun is delivered.</summary>
    public async Task StopAsync()
    {
        await _stopping.CancelAsync();
        await Task.WhenAll(_clients).WaitAsync(StopMax);
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _abandoning.CancelAsync();
        await Task.WhenAll(_clients).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _http.Dispose();
        _stopping.Dispose();
        _abandoning.Dispose();
    }

    private Task WaitForAsync(long target, Func<long> count) => Eventually.IsTrueAsync(
        async () =>
        {
            // A client that has failed says why here, not after the deadline.
            await Task.WhenAll(_clients.Where(client => client.IsFaulted));
            return count() >= target;
        },
        StopMax,
        Counters.ToString);

    private LoadClient Client(int seed, int number)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"c{number}");
        return new LoadClient(_http, new BodyMaker(new Random(seed + number), name), Promises, Counters);
    }
}
