using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Net;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Xunit;

namespace Analytics.Tests.Integration;

/// <summary>A real silo process on a data directory of its own. It can be stopped, killed and started again on the same data.</summary>
internal sealed partial class RunningSilo : IAsyncDisposable
{
    private const int SigKill = 9;
    private const int SigTerm = 15;
    private const int SigContinue = 18;
    private const int SigStop = 19;

    private static readonly TimeSpan StartMax = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan StopMax = TimeSpan.FromSeconds(40);

    private readonly int _httpPort = FreePort.Next();
    private readonly int _siloPort = FreePort.Next();
    private readonly int _gatewayPort = FreePort.Next();
    private readonly StringBuilder _output = new();
    private readonly bool _ownsDirectory;
    private Process? _process;

    private RunningSilo(string? dataDirectory, string[] settings)
    {
        Settings = settings;
        _ownsDirectory = dataDirectory is null;
        DataDirectory = dataDirectory ?? Directory.CreateTempSubdirectory("analytics-silo-").FullName;
        Http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{_httpPort}"), Timeout = TimeSpan.FromSeconds(100) };
    }

    /// <summary>Further arguments; a change counts from the next start on.</summary>
    public string[] Settings { get; set; }

    /// <summary>Variables of its environment, <c>NAME=value</c>; a change counts from the next start on.</summary>
    public string[] Variables { get; set; } = [];

    /// <summary>Talks to the silo.</summary>
    public HttpClient Http { get; }

    /// <summary>Where it keeps log and tables; deleted at the end, unless it was given.</summary>
    public string DataDirectory { get; }

    /// <summary>Processor time the process has used, all threads together.</summary>
    public TimeSpan ProcessorTime
    {
        get
        {
            _process!.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    /// <summary>Where Orleans clients connect.</summary>
    public int GatewayPort => _gatewayPort;

    /// <summary>The process id.</summary>
    public int ProcessId => _process!.Id;

    /// <summary>Everything the process has written so far.</summary>
    public string Output
    {
        get
        {
            lock (_output)
            {
                return _output.ToString();
            }
        }
    }

    /// <summary>Starts a silo on an empty directory and waits until it is ready.</summary>
    public static async Task<RunningSilo> StartNewAsync(params string[] settings)
    {
        var silo = new RunningSilo(null, settings);
        try
        {
            await silo.StartAsync();
            return silo;
        }
        catch
        {
            await silo.DisposeAsync();
            throw;
        }
    }

    /// <summary>A silo on an empty directory that has not been started.</summary>
    public static RunningSilo Prepare(params string[] settings) => new(null, settings);

    /// <summary>A silo on a directory of the caller's that has not been started.</summary>
    public static RunningSilo PrepareIn(string dataDirectory, params string[] settings) => new(dataDirectory, settings);

    /// <summary>Starts the process on its data directory and waits until it is ready.</summary>
    public async Task StartAsync()
    {
        Launch();
        await WaitUntilReadyAsync();
    }

    /// <summary>Waits until a launched process is ready.</summary>
    public Task WaitUntilReadyAsync() =>
        Eventually.IsTrueAsync(IsReadyAsync, StartMax, () => $"The silo did not become ready.\n{Output}");

    /// <summary>Starts a process that must end by itself.</summary>
    /// <returns>Its exit code, and what it wrote.</returns>
    public async Task<(int ExitCode, string Output)> StartAndFailAsync()
    {
        lock (_output)
        {
            _output.Clear();
        }

        Launch();
        using var deadline = new CancellationTokenSource(StartMax);
        await _process!.WaitForExitAsync(deadline.Token);
        return (_process.ExitCode, Output);
    }

    /// <summary>Starts the process on its data directory and waits for nothing.</summary>
    public void Launch()
    {
        _process?.Dispose();
        _process = ProcessStarter.Start(["env", .. Variables, "dotnet", SiloProgram.Path, .. Arguments()]);
        _process.OutputDataReceived += (_, line) => Remember(line.Data);
        _process.ErrorDataReceived += (_, line) => Remember(line.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>Kills the process as a crash would: nothing is flushed, nothing is said.</summary>
    public async Task KillAsync()
    {
        Assert.Equal(0, Signal(_process!.Id, SigKill));
        await _process.WaitForExitAsync();
    }

    /// <summary>Stops the process in the middle of whatever it does; it does not know of it.</summary>
    public void Pause() => Assert.Equal(0, Signal(_process!.Id, SigStop));

    /// <summary>Lets a paused process go on.</summary>
    public void Resume() => Assert.Equal(0, Signal(_process!.Id, SigContinue));

    /// <summary>Asks the process to stop, as Kubernetes does, and waits until it has.</summary>
    /// <returns>Its exit code.</returns>
    public async Task<int> StopAsync()
    {
        Assert.Equal(0, Signal(_process!.Id, SigTerm));
        using var deadline = new CancellationTokenSource(StopMax);
        await _process.WaitForExitAsync(deadline.Token);
        return _process.ExitCode;
    }

    /// <summary>Waits until the process has ended by itself.</summary>
    public async Task EndAsync()
    {
        using var deadline = new CancellationTokenSource(StopMax);
        await _process!.WaitForExitAsync(deadline.Token);
    }

    /// <summary>The answer of a GET as JSON.</summary>
    public async Task<JsonElement> GetAsync(string path)
    {
        using var response = await Http.GetAsync(new Uri(path, UriKind.Relative));
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, $"GET {path}: {(int)response.StatusCode} {text}");
        return JsonDocument.Parse(text).RootElement;
    }

    /// <summary>Posts events and waits until they are accepted.</summary>
    /// <exception cref="HttpRequestException">They are not.</exception>
    public async Task PostEventsAsync(byte[] body)
    {
        using var content = new ByteArrayContent(body);
        content.Headers.ContentType = new System.Net.Http.Headers.MediaTypeHeaderValue("application/json");
        using var response = await Http.PostAsync(new Uri("/v1/events", UriKind.Relative), content);
        if (response.StatusCode != HttpStatusCode.Accepted)
        {
            throw new HttpRequestException($"Events were answered with {(int)response.StatusCode}: {await response.Content.ReadAsStringAsync()}");
        }
    }

    /// <summary>Posts JSON text; the answer's status and JSON.</summary>
    public async Task<(HttpStatusCode Status, JsonElement Answer)> PostAsync(string path, HttpContent content)
    {
        using var response = await Http.PostAsync(new Uri(path, UriKind.Relative), content);
        return (response.StatusCode, JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement);
    }

    /// <summary>The sum of all series of a metric of <c>/metrics</c>; 0 when there is none.</summary>
    /// <param name="name">Its name there, for example <c>analytics_ingest_messages_total</c>.</param>
    /// <param name="label">A label that the series must have, for example <c>partition="1"</c>.</param>
    public async Task<double> MetricAsync(string name, string label = "")
    {
        var text = await Http.GetStringAsync(new Uri("/metrics", UriKind.Relative));
        return text.Split('\n')
            .Where(line => line.StartsWith(name + "{", StringComparison.Ordinal) || line.StartsWith(name + " ", StringComparison.Ordinal))
            .Where(line => line.Contains(label, StringComparison.Ordinal))
            .Sum(line => double.Parse(line[(line.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture));
    }

    /// <summary>Runs SQL; the rows as JSON objects.</summary>
    public async Task<JsonElement[]> QueryAsync(string sql)
    {
        using var response = await Http.PostAsJsonAsync(new Uri("/v1/query", UriKind.Relative), new { sql, format = "JSONEachRow" });
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, $"{sql}: {text}");
        return [.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement)];
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        if (_process is { HasExited: false })
        {
            await KillAsync();
        }

        _process?.Dispose();
        Http.Dispose();
        if (_ownsDirectory)
        {
            Directory.Delete(DataDirectory, recursive: true);
        }
    }

    private IEnumerable<string> Arguments() =>
    [
        $"--Analytics:DataDirectory={DataDirectory}",
        $"--Analytics:Http:Urls=http://127.0.0.1:{_httpPort}",
        $"--Analytics:Orleans:SiloPort={_siloPort}",
        $"--Analytics:Orleans:GatewayPort={_gatewayPort}",
        .. Settings,
    ];

    private async Task<bool> IsReadyAsync()
    {
        Assert.False(_process!.HasExited, $"The silo has ended.\n{Output}");
        try
        {
            using var response = await Http.GetAsync(new Uri("/readyz", UriKind.Relative));
            return response.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private void Remember(string? line)
    {
        if (line is not null)
        {
            lock (_output)
            {
                _output.AppendLine(line);
            }
        }
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Signal(int processId, int signal);
}
