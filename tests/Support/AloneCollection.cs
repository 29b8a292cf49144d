using Xunit;

namespace Analytics.Tests;

/// <summary>Tests that measure the whole process: none of others runs beside them. <c>[Collection(AloneCollection.Name)]</c>.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class AloneCollection
{
    /// <summary>The collection's name.</summary>
    public const string Name = "Alone";
}
