namespace Analytics.Tests.Faults;

/// <summary>What is compared of a row.</summary>
/// <param name="Id">The event's id.</param>
/// <param name="Number">Its field <c>n</c>.</param>
/// <param name="Quarters">Its field <c>amount</c> in quarters.</param>
internal readonly record struct FoundRow(string Id, long Number, long Quarters);
