using System.CommandLine;
using System.Text.Encodings.Web;
using System.Text.Json;
using Analytics.Client;
using Spectre.Console;

namespace Analytics.Cli.Running;

/// <summary>What a running command has at hand.</summary>
/// <param name="Parsed">Its arguments.</param>
/// <param name="Terminal">Where it reads and writes.</param>
/// <param name="Client">Talks to the server.</param>
/// <param name="Http">The same connection, for what the client has no method for.</param>
/// <param name="Cancelled">Ctrl+C or SIGTERM.</param>
internal sealed record CommandContext(ParseResult Parsed, Terminal Terminal, IAnalyticsClient Client, HttpClient Http, CancellationToken Cancelled)
{
    private static readonly JsonSerializerOptions Lines = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DictionaryKeyPolicy = null,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        DefaultIgnoreCondition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull,
    };

    /// <summary>Whether JSON is asked for.</summary>
    public bool IsJson => Parsed.GetValue(CommandRunner.JsonOption);

    /// <summary>Whether something may redraw: on a terminal, and not when JSON is asked for.</summary>
    public bool IsLive => Terminal.IsInteractive && !IsJson;

    /// <summary>Draws on standard output.</summary>
    public IAnsiConsole Console => Terminal.Console;

    /// <summary>An argument.</summary>
    public T Get<T>(Argument<T> argument) => Parsed.GetValue(argument)!;

    /// <summary>An option.</summary>
    public T? Get<T>(Option<T> option) => Parsed.GetValue(option);

    /// <summary>Prints a line.</summary>
    public void Print(string line) => Terminal.Output.WriteLine(line);

    /// <summary>Prints a value as one line of JSON.</summary>
    public void PrintJson<T>(T value) => Print(JsonSerializer.Serialize(value, Lines));

    /// <summary>Says something that is no result.</summary>
    public void Say(string line) => Terminal.Error.WriteLine(line);
}
