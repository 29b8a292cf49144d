using System.Text.Json.Serialization;

namespace Analytics.Client;

/// <summary>A view as of one moment.</summary>
public sealed record ViewState
{
    /// <summary>Its name.</summary>
    [JsonPropertyName("view")]
    public required string Name { get; init; }

    /// <summary>Fields by whose values rows are grouped.</summary>
    public required IReadOnlyList<string> GroupBy { get; init; }

    /// <summary>Length of a window, as <c>2s</c>.</summary>
    public required string Window { get; init; }

    /// <summary>Windows begin this often.</summary>
    public required string Every { get; init; }

    /// <summary>What is shown of each group.</summary>
    public required IReadOnlyList<ViewAggregate> Aggregates { get; init; }

    /// <summary>Which rows count.</summary>
    public string? Where { get; init; }

    /// <summary>Groups of a window at most.</summary>
    public int Groups { get; init; }

    /// <summary>Rows that came too late for their windows.</summary>
    public long Late { get; init; }

    /// <summary>The newest windows, the newest last.</summary>
    public IReadOnlyList<ViewWindow> Windows { get; init; } = [];

    /// <summary>This state after a change, which has only the windows that are other than before.</summary>
    internal ViewState With(ViewChange change)
    {
        var windows = new SortedDictionary<DateTimeOffset, ViewWindow>();
        foreach (var window in Windows.Concat(change.Windows))
        {
            windows[window.Start] = window;
        }

        return this with { Late = change.Late, Windows = [.. windows.Values.TakeLast(WindowsMax)] };
    }

    // The server shows so many.
    private const int WindowsMax = 60;
}
