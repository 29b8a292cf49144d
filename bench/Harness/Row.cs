namespace Analytics.Bench.Harness;

/// <summary>One line of the report.</summary>
/// <param name="Case">The case it belongs to.</param>
/// <param name="Measure">What was measured, on which input, of whom.</param>
/// <param name="Value">The median of the runs; <see langword="null"/> where <paramref name="Unit"/> is the whole answer.</param>
/// <param name="Unit">The value's unit, or a text.</param>
/// <param name="Bar">What the value must reach; <see langword="null"/> without one.</param>
/// <param name="Ratio">Value to bar, the other way round where less is better: 1 or more is met.</param>
/// <param name="Met">Whether the bar is met.</param>
internal sealed record Row(string Case, string Measure, double? Value, string Unit, double? Bar = null, double? Ratio = null, bool? Met = null);
