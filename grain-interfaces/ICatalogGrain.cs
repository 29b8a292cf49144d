using Orleans;
using Orleans.CodeGeneration;

namespace Analytics.GrainInterfaces;

/// <summary>The one actor, key <see cref="Key"/>, that knows all projects.</summary>
[Alias("analytics.ICatalogGrain"), Version(1)]
public interface ICatalogGrain : IGrainWithStringKey
{
    /// <summary>The only key there is.</summary>
    const string Key = "catalog";

    /// <summary>Remembers a project, durably. Repeating it is harmless.</summary>
    [Alias("RegisterProject")]
    Task RegisterProjectAsync(string project);

    /// <summary>Names of all projects, sorted by ordinal.</summary>
    [Alias("ListProjects")]
    Task<string[]> ListProjectsAsync();
}
