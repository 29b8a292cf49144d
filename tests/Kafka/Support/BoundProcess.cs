using System.Diagnostics;
using System.Runtime.InteropServices;
using Xunit;

namespace Analytics.Tests.Kafka;

/// <summary>
/// A process that ends when the tests' process ends, however that happens. Output is kept for messages, its last lines only.
/// </summary>
internal sealed partial class BoundProcess : IAsyncDisposable
{
    private const int SigKill = 9;
    private const int SigContinue = 18;
    private const int SigStop = 19;
    private const int OutputLinesMax = 200;

    private readonly Process _process;
    private readonly Queue<string> _output = new();
    private readonly TaskCompletionSource _said = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly string _readyText;

    private BoundProcess(Process process, string readyText)
    {
        _process = process;
        _readyText = readyText;
    }

    /// <summary>The program's process id.</summary>
    public int Id => _process.Id;

    /// <summary>Whether it has not ended.</summary>
    public bool IsRunning => !_process.HasExited;

    /// <summary>The last lines it wrote.</summary>
    public string Output
    {
        get
        {
            lock (_output)
            {
                return string.Join('\n', _output);
            }
        }
    }

    /// <summary>Starts a program.</summary>
    /// <param name="readyText">What a line of its output contains when it is ready.</param>
    /// <param name="arguments">The program and its arguments.</param>
    public static BoundProcess Start(string readyText, params string[] arguments)
    {
        var process = ProcessStarter.Start(arguments);
        var bound = new BoundProcess(process, readyText);
        process.OutputDataReceived += (_, line) => bound.Remember(line.Data);
        process.ErrorDataReceived += (_, line) => bound.Remember(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return bound;
    }

    /// <summary>Completes when it has said that it is ready; fails with its output when it ends before or takes too long.</summary>
    public async Task UntilReadyAsync(TimeSpan deadline)
    {
        var ended = _process.WaitForExitAsync();
        var first = await Task.WhenAny(_said.Task, ended, Task.Delay(deadline));
        Assert.True(first == _said.Task, $"{(first == ended ? "It ended" : "It was not ready in time")}: {_readyText}\n{Output}");
    }

    /// <summary>Kills it as a crash would, and waits until it is gone.</summary>
    public async Task KillAsync()
    {
        if (!_process.HasExited)
        {
            Assert.Equal(0, Signal(Id, SigKill));
            await _process.WaitForExitAsync();
        }
    }

    /// <summary>Stops it in the middle of whatever it does.</summary>
    public void Pause() => Assert.Equal(0, Signal(Id, SigStop));

    /// <summary>Lets it go on.</summary>
    public void Resume() => Assert.Equal(0, Signal(Id, SigContinue));

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        _process.Dispose();
    }

    private void Remember(string? line)
    {
        if (line is null)
        {
            return;
        }

        lock (_output)
        {
            _output.Enqueue(line);
            if (_output.Count > OutputLinesMax)
            {
                _output.Dequeue();
            }
        }

        if (line.Contains(_readyText, StringComparison.Ordinal))
        {
            _said.TrySetResult();
        }
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Signal(int processId, int signal);
}
