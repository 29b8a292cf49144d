namespace Analytics.Tests.Faults;

/// <summary>A row that must be there.</summary>
/// <param name="Row">Its values.</param>
/// <param name="CountMax">How often at most: once for an event with an id; without one, once more for every unclear sending.</param>
internal readonly record struct PromisedRow(FoundRow Row, int CountMax);
