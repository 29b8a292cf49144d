using Orleans;

namespace Analytics.GrainInterfaces.Schema;

/// <summary>A field that got a column by somebody's decision, and its earlier values that move there from <c>_extra</c>.</summary>
/// <param name="Field">The field.</param>
/// <param name="Type">The column's type in short form.</param>
[GenerateSerializer, Immutable, Alias("analytics.Promotion")]
public sealed record Promotion([property: Id(0)] string Field, [property: Id(1)] string Type)
{
    /// <summary>Values are moving.</summary>
    public const string Running = "running";

    /// <summary>All that the type takes have moved.</summary>
    public const string Done = "done";

    /// <summary>The server gave up; see <see cref="Reason"/>.</summary>
    public const string Failed = "failed";

    /// <summary><see cref="Running"/>, <see cref="Done"/> or <see cref="Failed"/>.</summary>
    [Id(2)]
    public string State { get; init; } = Running;

    /// <summary>Parts of the table that are still to be written anew, as last seen.</summary>
    [Id(3)]
    public long PartsToDo { get; init; }

    /// <summary>Why it failed, in the server's words.</summary>
    [Id(4)]
    public string? Reason { get; init; }
}
