using Orleans.Runtime;

namespace Orleans;

/// <summary>Keys and identities of grains and references.</summary>
public static class GrainExtensions
{
    /// <summary>The identity of a grain, from inside it or from a reference.</summary>
    /// <exception cref="ArgumentException"><paramref name="grain"/> is neither.</exception>
    public static GrainId GetGrainId(this IAddressable grain) => grain switch
    {
        IGrainBase grainBase => grainBase.GrainContext.GrainId,
        GrainReference reference => reference.GrainId,
        _ => throw new ArgumentException($"GetGrainId was called on {grain?.GetType().FullName ?? "null"}, which is neither a grain nor a reference.", nameof(grain)),
    };

    /// <summary>The string key.</summary>
    public static string GetPrimaryKeyString(this IAddressable grain) => grain.GetGrainId().Key.ToString();

    /// <summary>The integer key.</summary>
    /// <exception cref="InvalidOperationException">The key is no integer.</exception>
    public static long GetPrimaryKeyLong(this IAddressable grain)
    {
        var id = grain.GetGrainId();
        return id.TryGetIntegerKey(out var key) ? key : throw new InvalidOperationException($"Unable to extract integer key from grain id {id}");
    }

    /// <summary>The GUID key.</summary>
    /// <exception cref="InvalidOperationException">The key is no GUID.</exception>
    public static Guid GetPrimaryKey(this IAddressable grain)
    {
        var id = grain.GetGrainId();
        return id.TryGetGuidKey(out var key) ? key : throw new InvalidOperationException($"Unable to extract GUID key from grain id {id}");
    }

    /// <summary>A reference to the same grain or observer through another interface.</summary>
    public static TGrainInterface AsReference<TGrainInterface>(this IAddressable grain)
    {
        ArgumentNullException.ThrowIfNull(grain);
        var reference = grain switch
        {
            GrainReference existing => existing,
            IGrainBase grainBase => grainBase.GrainContext.GrainReference,
            _ => throw new ArgumentException($"AsReference was called on {grain.GetType().FullName}, which is neither a grain nor a reference.", nameof(grain)),
        };
        return reference.CastTo<TGrainInterface>();
    }

    /// <inheritdoc cref="AsReference{TGrainInterface}"/>
    public static TGrainInterface Cast<TGrainInterface>(this IAddressable grain) => grain.AsReference<TGrainInterface>();
}
