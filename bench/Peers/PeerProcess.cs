using System.Diagnostics;
using System.Globalization;
using Analytics.Tests;

namespace Analytics.Bench.Peers;

/// <summary>
/// A peer in a process of its own, a mode of this program, so that its processor time can be told apart. It writes the number of rows in its table, a line
/// each time it has changed. It dies with this process.
/// </summary>
internal sealed class PeerProcess : IDisposable
{
    private readonly Process _process;
    private readonly StringWriter _errors = new();
    private long _rows;

    private PeerProcess(Process process)
    {
        _process = process;
        process.OutputDataReceived += (_, line) => Take(line.Data);
        process.ErrorDataReceived += (_, line) => Remember(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    /// <summary>The process id.</summary>
    public int Id => _process.Id;

    /// <summary>Starts a peer.</summary>
    public static PeerProcess Start(string mode, params string[] arguments) =>
        new(ProcessStarter.Start(["dotnet", typeof(PeerProcess).Assembly.Location, PeerModes.Command, mode, .. arguments]));

    /// <summary>Rows in its table as it has said last.</summary>
    /// <exception cref="InvalidOperationException">It has ended.</exception>
    public Task<long> ReadRowsAsync() => !_process.HasExited
        ? Task.FromResult(Interlocked.Read(ref _rows))
        : throw new InvalidOperationException($"A peer has ended with {_process.ExitCode}.\n{Errors}");

    /// <inheritdoc />
    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            _process.WaitForExit();
        }

        _process.Dispose();
        _errors.Dispose();
    }

    private string Errors
    {
        get
        {
            lock (_errors)
            {
                return _errors.ToString();
            }
        }
    }

    private void Take(string? line)
    {
        if (line is not null && long.TryParse(line, NumberStyles.None, CultureInfo.InvariantCulture, out var rows))
        {
            Interlocked.Exchange(ref _rows, rows);
        }
        else
        {
            Remember(line);
        }
    }

    private void Remember(string? line)
    {
        if (line is not null)
        {
            lock (_errors)
            {
                _errors.WriteLine(line);
            }
        }
    }
}
