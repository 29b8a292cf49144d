namespace Orleans.Runtime;

/// <summary>Says which record an <see cref="IPersistentState{TState}"/> constructor parameter is.</summary>
/// <param name="stateName">The name within the grain.</param>
/// <param name="storageName">The storage provider; the default one when <see langword="null"/>.</param>
[AttributeUsage(AttributeTargets.Parameter)]
public class PersistentStateAttribute(string stateName, string? storageName = null) : Attribute
{
    /// <summary>The name within the grain.</summary>
    public string StateName { get; } = stateName;

    /// <summary>The storage provider.</summary>
    public string? StorageName { get; } = storageName;
}
