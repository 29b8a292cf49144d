namespace Analytics.Tests.Faults;

/// <summary>What is compared of a row.</summary>
/// <param name="Uid">Its field <c>uid</c>, what tells it from all others.</param>
/// <param name="Number">Its field <c>n</c>.</param>
/// <param name="Quarters">Its field <c>amount</c> in quarters.</param>
internal readonly record struct FoundRow(string Uid, long Number, long Quarters);
