namespace Orleans.CodeGeneration;

/// <summary>The version of a grain interface. Silos of different versions are a cluster's matter: here it says nothing.</summary>
[AttributeUsage(AttributeTargets.Interface)]
public sealed class VersionAttribute(ushort version) : Attribute
{
    /// <summary>The version.</summary>
    public ushort Version { get; } = version;
}
