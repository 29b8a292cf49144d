namespace Analytics.Client;

/// <summary>A field that has no column; its values are in <c>_extra</c>.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Count">Values.</param>
/// <param name="Reason">Why, stable: <c>columns_max</c>, <c>schema_frozen</c> …</param>
public sealed record ExtraField(string Name, long Count, string Reason);
