namespace Analytics.Grains.Tables;

/// <summary>Somebody else changed a table, and it cannot be made what the plan wants: whoever plans for it must begin anew from the table as it is.</summary>
/// <param name="message">Which table, and what of it.</param>
internal sealed class TableChangedException(string message) : Exception(message);
