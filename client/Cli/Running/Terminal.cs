using System.Text;
using Microsoft.Win32.SafeHandles;
using Spectre.Console;

namespace Analytics.Cli.Running;

/// <summary>Where a command reads and writes. Colours, tables with lines and anything that redraws are only for a terminal.</summary>
/// <param name="Input">Standard input.</param>
/// <param name="Output">Standard output: results.</param>
/// <param name="Error">Standard error: everything else.</param>
/// <param name="IsInteractive">Whether the output is a terminal.</param>
internal sealed record Terminal(Stream Input, TextWriter Output, TextWriter Error, bool IsInteractive)
{
    /// <summary>Bytes to standard output, for answers that are no text.</summary>
    public Stream? OutputBytes { get; init; }

    /// <summary>Draws on standard output.</summary>
    public IAnsiConsole Console { get; } = AnsiConsole.Create(new AnsiConsoleSettings
    {
        Out = new AnsiConsoleOutput(Output),
        Ansi = IsInteractive ? AnsiSupport.Detect : AnsiSupport.No,
        Interactive = IsInteractive ? InteractionSupport.Detect : InteractionSupport.No,
    });

    /// <summary>That of this process.</summary>
    public static Terminal OfProcess()
    {
        var isInteractive = !System.Console.IsOutputRedirected;
        var bytes = isInteractive ? System.Console.OpenStandardOutput() : OpenRedirected();
        var utf8 = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
        var output = isInteractive ? System.Console.Out : new StreamWriter(bytes, utf8, 1024) { AutoFlush = true };
        return new Terminal(System.Console.OpenStandardInput(), output, System.Console.Error, isInteractive) { OutputBytes = bytes };
    }

    private static Stream OpenRedirected()
    {
        // .NET's console stream hides that nobody reads a pipe any more; a file stream says so, and the command ends. In a file it would keep its own
        // place, and others that write there too would be overwritten.
        var pipe = new FileStream(new SafeFileHandle(1, ownsHandle: false), FileAccess.Write, bufferSize: 0);
        return pipe.CanSeek ? System.Console.OpenStandardOutput() : pipe;
    }
}
