using System.Reflection;

namespace Orleans.Runtime;

/// <summary>The grain classes of the application: those of every assembly that references this one.</summary>
internal sealed class GrainClasses
{
    private readonly Dictionary<GrainType, GrainClass> _byType = [];
    private readonly Dictionary<Type, List<GrainClass>> _byInterface = [];

    public GrainClasses(SiloRuntime silo)
    {
        foreach (var type in ApplicationAssemblies().SelectMany(TypesOf).Where(IsGrainClass))
        {
            Add(new GrainClass(type, silo));
        }
    }

    public IEnumerable<GrainClass> All => _byType.Values;

    public GrainClass Get(GrainType type) => _byType.TryGetValue(type, out var found)
        ? found
        : throw new ArgumentException($"There is no grain class for grain type \"{type}\".");

    /// <summary>The one class that implements an interface.</summary>
    public GrainClass Get(Type grainInterface, string? classNamePrefix)
    {
        var candidates = _byInterface.GetValueOrDefault(grainInterface) ?? [];
        if (classNamePrefix is not null)
        {
            candidates = candidates.FindAll(c => c.Type.FullName!.StartsWith(classNamePrefix, StringComparison.Ordinal));
        }

        return candidates.Count switch
        {
            1 => candidates[0],
            0 => throw new ArgumentException($"Could not find an implementation for interface {grainInterface}."),
            _ => throw new ArgumentException(
                $"Unable to identify a single grain class for interface {grainInterface}: {string.Join(", ", candidates.Select(c => c.Type))}."),
        };
    }

    private void Add(GrainClass grainClass)
    {
        if (!_byType.TryAdd(grainClass.GrainType, grainClass))
        {
            throw new OrleansConfigurationException(
                $"{grainClass.Type} and {_byType[grainClass.GrainType].Type} both have the grain type \"{grainClass.GrainType}\": give one a [GrainType].");
        }

        foreach (var grainInterface in grainClass.Type.GetInterfaces().Where(i => typeof(IAddressable).IsAssignableFrom(i)))
        {
            if (!_byInterface.TryGetValue(grainInterface, out var classes))
            {
                _byInterface.Add(grainInterface, classes = []);
            }

            classes.Add(grainClass);
        }
    }

    private static bool IsGrainClass(Type type)
        => type is { IsClass: true, IsAbstract: false, ContainsGenericParameters: false } && typeof(IGrain).IsAssignableFrom(type)
            && typeof(IGrainBase).IsAssignableFrom(type);

    /// <summary>What is loaded, and what the entry assembly references, loaded or not.</summary>
    private static IEnumerable<Assembly> ApplicationAssemblies()
    {
        var self = typeof(GrainClasses).Assembly.GetName().Name;
        var entry = Assembly.GetEntryAssembly();
        var pending = new Queue<Assembly>(AppDomain.CurrentDomain.GetAssemblies().Where(a => !a.IsDynamic));
        var seen = pending.Select(a => a.GetName().Name!).ToHashSet();
        while (pending.TryDequeue(out var assembly))
        {
            var references = assembly.GetReferencedAssemblies();
            var isApplication = references.Any(r => r.Name == self);
            if (isApplication)
            {
                yield return assembly;
            }

            if (isApplication || assembly == entry)
            {
                foreach (var reference in references.Where(r => !IsFramework(r) && seen.Add(r.Name!)))
                {
                    pending.Enqueue(Assembly.Load(reference));
                }
            }
        }
    }

    private static bool IsFramework(AssemblyName name)
        => name.Name!.StartsWith("System.", StringComparison.Ordinal) || name.Name.StartsWith("Microsoft.", StringComparison.Ordinal);

    private static Type[] TypesOf(Assembly assembly)
    {
        try
        {
            return assembly.GetTypes();
        }
        catch (ReflectionTypeLoadException exception)
        {
            return [.. exception.Types.OfType<Type>()];
        }
    }
}
