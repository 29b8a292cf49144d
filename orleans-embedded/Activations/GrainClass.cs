using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Concurrency;

namespace Orleans.Runtime;

/// <summary>What an activation needs to know of its class; made once a class and silo.</summary>
internal sealed class GrainClass
{
    private readonly ObjectFactory _factory;
    private readonly Func<Activation, object>[] _facets;

    public GrainClass(Type type, SiloRuntime silo)
    {
        Type = type;
        GrainType = GrainType.Create(type.GetCustomAttribute<GrainTypeAttribute>()?.GrainType ?? NameByConvention(type));
        IsReentrant = type.IsDefined(typeof(ReentrantAttribute));
        CollectionAge = type.GetCustomAttribute<CollectionAgeLimitAttribute>()?.AgeLimit
            ?? (silo.CollectionOptions.ClassSpecificCollectionAge.TryGetValue(type.FullName!, out var age) ? age : silo.CollectionOptions.CollectionAge);
        var parameters = FacetParameters(type);
        _factory = ActivatorUtilities.CreateFactory(type, [.. parameters.Select(p => p.ParameterType)]);
        _facets = [.. parameters.Select(PersistentStateFactory.For)];
    }

    public Type Type { get; }

    public GrainType GrainType { get; }

    /// <summary>All calls interleave.</summary>
    public bool IsReentrant { get; }

    /// <summary>How long an activation may be idle.</summary>
    public TimeSpan CollectionAge { get; }

    /// <summary>Constructs the grain; runs in a turn of its activation.</summary>
    public object CreateInstance(Activation activation)
        => _factory(activation.ActivationServices, Array.ConvertAll(_facets, facet => facet(activation)));

    private static ParameterInfo[] FacetParameters(Type type)
        => [.. type.GetConstructors().SelectMany(c => c.GetParameters()).Where(p => p.IsDefined(typeof(PersistentStateAttribute)))];

    /// <summary>The class name in lower case, without <c>grain</c> at its end.</summary>
    private static string NameByConvention(Type type)
    {
        const string Suffix = "grain";
#pragma warning disable CA1308 // Grain types are lower-case in identities.
        var name = type.Name.ToLowerInvariant();
#pragma warning restore CA1308
        return name.Length > Suffix.Length && name.EndsWith(Suffix, StringComparison.Ordinal) ? name[..^Suffix.Length] : name;
    }
}
