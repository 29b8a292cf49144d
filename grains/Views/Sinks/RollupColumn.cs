using Analytics.GrainInterfaces.Live;
using Analytics.GrainInterfaces.Views;

namespace Analytics.Grains.Views.Sinks;

/// <summary>A column that a view's windows are written to.</summary>
/// <param name="Name">Its name where nobody has decided another one.</param>
/// <param name="Type">Its type; <see langword="null"/> as long as the field has none, and so no values.</param>
/// <param name="Source">What it is of.</param>
/// <param name="Index">Which group's value or aggregate; 0 for others.</param>
internal sealed record RollupColumn(string Name, RollupType? Type, RollupSource Source, int Index = 0)
{
    /// <summary>Whether every row has a value.</summary>
    public bool IsFixed => Source is RollupSource.Start or RollupSource.End or RollupSource.Other;

    /// <summary>What a row has in it, as JSON; <see langword="null"/> for nothing.</summary>
    public JsonScalar? Of(ViewWindow window, ViewRow row) => Source switch
    {
        RollupSource.Start => JsonScalar.OfTime(window.StartMs),
        RollupSource.End => JsonScalar.OfTime(window.EndMs),
        RollupSource.Other => new JsonScalar(row.IsOther ? "true" : "false"),
        RollupSource.Group => row.IsOther ? null : row.Group[Index],
        _ => row.Values[Index],
    };
}
