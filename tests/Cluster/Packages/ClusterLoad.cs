using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text;

namespace Analytics.Tests.Cluster.Packages;

/// <summary>Clients that send events at a pace, each body to another silo and again, with the same ids, until one has taken it.</summary>
internal sealed class ClusterLoad : IAsyncDisposable
{
    /// <summary>Metrics that the events are of, <c>shop/m0</c> and so on.</summary>
    public const int Metrics = 40;

    private const int Clients = 4;
    private const int EventsOfBody = 200;

    private static readonly TimeSpan AnswerMax = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    private readonly CancellationTokenSource _stopping = new();
    private readonly Func<IReadOnlyList<Uri>> _silos;
    private readonly HttpClient _http = new() { Timeout = AnswerMax };
    private readonly long _begin = Stopwatch.GetTimestamp();
    private readonly Task[] _clients;
    private long _sent;
    private long _failed;

    /// <summary>Begins to send.</summary>
    /// <param name="eventsPerSecond">The pace of all clients together.</param>
    /// <param name="silos">Where they may be sent, asked before each body.</param>
    public ClusterLoad(int eventsPerSecond, Func<IReadOnlyList<Uri>> silos)
    {
        _silos = silos;
        var between = TimeSpan.FromSeconds((double)EventsOfBody * Clients / eventsPerSecond);
        _clients = [.. Enumerable.Range(0, Clients).Select(client => Task.Run(() => SendAsync(client, between)))];
    }

    /// <summary>Events that were taken.</summary>
    public long Sent => Volatile.Read(ref _sent);

    /// <summary>Completes when so many more events were taken.</summary>
    public Task TakenAsync(int more)
    {
        var target = Sent + more;
        return Eventually.IsTrueAsync(() => Task.FromResult(Sent >= target), TimeSpan.FromSeconds(60), ToString);
    }

    /// <summary>Stops; a body that was begun is delivered first.</summary>
    public async Task StopAsync()
    {
        await _stopping.CancelAsync();
        await Task.WhenAll(_clients);
    }

    /// <inheritdoc />
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"{Sent} events at {Sent / Stopwatch.GetElapsedTime(_begin).TotalSeconds:N0} a second, {Volatile.Read(ref _failed)} answers missed");

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _http.Dispose();
        _stopping.Dispose();
    }

    private async Task SendAsync(int client, TimeSpan between)
    {
        using var pace = new PeriodicTimer(between);
        for (var number = 0; !_stopping.IsCancellationRequested; number++)
        {
            var body = Body(client, number);
            for (var attempt = 0; !await IsTakenAsync(body, client + number + attempt); attempt++)
            {
                Interlocked.Increment(ref _failed);
                await Task.Delay(Pause);
            }

            Interlocked.Add(ref _sent, EventsOfBody);
            await pace.WaitForNextTickAsync();
        }
    }

    private async Task<bool> IsTakenAsync(byte[] body, int turn)
    {
        var silos = _silos();
        using var content = new ByteArrayContent(body);
        try
        {
            using var response = await _http.PostAsync(new Uri(silos[turn % silos.Count], "/v1/events"), content);
            return response.StatusCode == HttpStatusCode.Accepted;
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException)
        {
            return false;
        }
    }

    private static byte[] Body(int client, int number)
    {
        var text = new StringBuilder();
        for (var i = 0; i < EventsOfBody; i++)
        {
            // The first event decides the partition: each body begins with another metric.
            var n = (number * EventsOfBody) + i;
            text.Append(CultureInfo.InvariantCulture, $"{{\"project\":\"shop\",\"metric\":\"m{(n + number) % Metrics}\",\"id\":\"{client}-{n}\",\"fields\":{{\"n\":{n},\"client\":{client}}}}}\n");
        }

        return Encoding.UTF8.GetBytes(text.ToString());
    }
}
