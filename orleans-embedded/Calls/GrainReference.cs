using System.Reflection;

namespace Orleans.Runtime;

/// <summary>Stands for a grain or an observer: implements its interface and sends each call to it. Two references to the same are equal.</summary>
public class GrainReference : DispatchProxy, IAddressable, IEquatable<GrainReference>
{
    /// <summary>The identity of the grain or observer.</summary>
    public GrainId GrainId { get; private set; }

    internal SiloRuntime Silo { get; private set; } = null!;

    /// <inheritdoc/>
    public bool Equals(GrainReference? other) => other is not null && GrainId.Equals(other.GrainId);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as GrainReference);

    /// <inheritdoc/>
    public override int GetHashCode() => GrainId.GetHashCode();

    /// <inheritdoc/>
    public override string ToString() => $"GrainReference:{GrainId}";

    /// <summary>Equality of identities.</summary>
    public static bool operator ==(GrainReference? left, GrainReference? right) => left is null ? right is null : left.Equals(right);

    /// <summary>Inequality of identities.</summary>
    public static bool operator !=(GrainReference? left, GrainReference? right) => !(left == right);

    internal static TInterface Create<TInterface>(SiloRuntime silo, GrainId id)
    {
        // Typed as the interface; the class below it is this one.
        var proxy = Create<TInterface, GrainReference>();
        var reference = (GrainReference)(object)proxy!;
        reference.Silo = silo;
        reference.GrainId = id;
        return proxy;
    }

    internal TInterface CastTo<TInterface>() => this is TInterface same ? same : Create<TInterface>(Silo, GrainId);

    /// <inheritdoc/>
    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        var method = GrainMethod.Of(targetMethod!);
        return method.Shape.Send(method, this, args!);
    }
}
