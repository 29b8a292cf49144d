// Goal: as a process in a shell, the command line behaves as its neighbours do: pipes, readers that leave, Ctrl+C, shells that complete, no control characters where there is no terminal.
using System.Runtime.InteropServices;
using Analytics.Tests.Integration;
using Xunit;

namespace Analytics.Tests.Cli;

public sealed partial class CliProcessTests(SiloFixture fixture) : IClassFixture<SiloFixture>
{
    private const int SigInt = 2;

    private readonly RunningSilo _silo = fixture.Silo;

    [Fact]
    public async Task Pipes_carry_events_in_and_rows_out_and_a_reader_may_leave()
    {
        var tracked = await CliProcess.RunShellAsync(Server, $"set -o pipefail; seq 1 3000 | sed 's/.*/{{\"n\":&}}/' | {CliProcess.Command} track pipes numbers");
        Assert.Equal((0, "3000 events accepted, 0 rejected\n"), (tracked.ExitCode, tracked.Output));

        // Accepted is in the log: the table of a new metric comes a moment later.
        await Eventually.IsTrueAsync(async () => (await CliRun.RunAsync(Server, ["metrics", "pipes", "--names"])).Output.Contains("numbers", StringComparison.Ordinal), TimeSpan.FromSeconds(30), () => _silo.Output);
        var read = await CliProcess.RunShellAsync(Server, $"set -o pipefail; {CliProcess.Command} query 'SELECT n FROM pipes.numbers ORDER BY n' | head -n 2");
        Assert.Equal((0, "n\n1\n"), (read.ExitCode, read.Output));
        Assert.DoesNotContain('\e', tracked.Output + tracked.Error + read.Output + read.Error);

        // Endless into a reader that takes one line.
        var endless = await CliProcess.RunShellAsync(
            Server, $"(while {CliProcess.Command} track pipes numbers n=0 >&2; do :; done) & {CliProcess.Command} show pipes numbers --follow --json | head -n 2 | wc -l; kill $!");
        Assert.Equal("2", endless.Output.Trim());
    }

    [Fact]
    public async Task Output_in_a_file_stays_where_it_is()
    {
        var file = Path.GetTempFileName();
        try
        {
            await CliProcess.RunShellAsync(Server, $"({CliProcess.Command} track pipes file a=1; {CliProcess.Command} track pipes file a=2; echo end) > {file}");
            Assert.Equal("1 event accepted\n1 event accepted\nend\n", await File.ReadAllTextAsync(file));
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Theory]
    [InlineData("show pipes interrupted --follow --json", 0)]
    [InlineData("load --project interrupted --seconds 600 --rate 10 --json", 130)]
    public async Task Ctrl_C_ends_it_at_once_with_what_it_knows(string command, int exitCode)
    {
        await CliRun.RunAsync(Server, ["track", "pipes", "interrupted", "a=1"]);

        // Whoever runs the tests in the background has them ignore the signal, and whatever they start.
        using var process = CliProcess.Start(Server, $"exec env --default-signal=INT {CliProcess.Command} {command}");
        if (exitCode == 0)
        {
            Assert.Contains("\"total\":1", await process.StandardOutput.ReadLineAsync().WithinDeadline(), StringComparison.Ordinal);
        }
        else
        {
            await Eventually.IsTrueAsync(
                async () => (await CliRun.RunAsync(Server, ["metrics", "interrupted", "--names"])).Output.Length > 0, TimeSpan.FromSeconds(30), () => _silo.Output);
        }

        Assert.Equal(0, Signal(process.Id, SigInt));
        await process.WaitForExitAsync().WithinDeadline();
        Assert.Equal(exitCode, process.ExitCode);
        if (exitCode != 0)
        {
            Assert.StartsWith("{\"accepted\":", await process.StandardOutput.ReadToEndAsync(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Bash_completes_commands_options_projects_and_metrics()
    {
        await CliRun.RunAsync(Server, ["track", "completing", "metric_one", "a=1"]);
        var run = await CliProcess.RunShellAsync(
            Server,
            $$"""
            analytics() { {{CliProcess.Command}} "$@"; }
            eval "$(analytics completion bash)"
            try() { COMP_LINE="$1"; COMP_POINT=${#1}; COMP_WORDS=($1); [ "${1: -1}" != ' ' ] || COMP_WORDS+=(''); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); _analytics; echo "${COMPREPLY[@]}"; }
            try 'analytics dead'; try 'analytics load --card'; try 'analytics show compl'; try 'analytics show completing '
            """);
        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Equal(["dead-letters", "--cardinality", "completing"], run.Lines[..3]);
        Assert.Contains("metric_one", run.Lines[3], StringComparison.Ordinal);
    }

    private Uri Server => _silo.Http.BaseAddress!;

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Signal(int processId, int signal);
}
