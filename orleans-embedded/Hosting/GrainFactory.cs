namespace Orleans.Runtime;

/// <summary>Makes references; in grains and, as the hosted client, outside of them.</summary>
internal sealed class GrainFactory(SiloRuntime silo) : IClusterClient
{
    public IServiceProvider ServiceProvider => silo.Services;

    public TGrainInterface GetGrain<TGrainInterface>(string primaryKey, string? grainClassNamePrefix = null)
        where TGrainInterface : IGrainWithStringKey
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(primaryKey);
        return Create<TGrainInterface>(IdSpan.Create(primaryKey), grainClassNamePrefix);
    }

    public TGrainInterface GetGrain<TGrainInterface>(long primaryKey, string? grainClassNamePrefix = null)
        where TGrainInterface : IGrainWithIntegerKey
        => Create<TGrainInterface>(GrainIdKeyExtensions.CreateIntegerKey(primaryKey), grainClassNamePrefix);

    public TGrainInterface GetGrain<TGrainInterface>(Guid primaryKey, string? grainClassNamePrefix = null)
        where TGrainInterface : IGrainWithGuidKey
        => Create<TGrainInterface>(GrainIdKeyExtensions.CreateGuidKey(primaryKey), grainClassNamePrefix);

    public TGrainInterface GetGrain<TGrainInterface>(GrainId grainId)
        where TGrainInterface : IAddressable
        => GrainReference.Create<TGrainInterface>(silo, grainId);

    public TGrainObserverInterface CreateObjectReference<TGrainObserverInterface>(IGrainObserver obj)
        where TGrainObserverInterface : IGrainObserver
    {
        if (obj is GrainReference or IGrainBase or not TGrainObserverInterface)
        {
            throw new ArgumentException($"{obj} is a reference, a grain or no {typeof(TGrainObserverInterface)}: only an object that implements it can be observed through it.", nameof(obj));
        }

        return GrainReference.Create<TGrainObserverInterface>(silo, silo.AddObserver(obj));
    }

    public void DeleteObjectReference<TGrainObserverInterface>(IGrainObserver obj)
        where TGrainObserverInterface : IGrainObserver
    {
        if (obj is not GrainReference reference)
        {
            throw new ArgumentException("Only what CreateObjectReference returned can be deleted.", nameof(obj));
        }

        silo.RemoveObserver(reference.GrainId);
    }

    private TGrainInterface Create<TGrainInterface>(IdSpan key, string? classNamePrefix)
    {
        var type = silo.Classes.Get(typeof(TGrainInterface), classNamePrefix).GrainType;
        return GrainReference.Create<TGrainInterface>(silo, new GrainId(type, key));
    }
}
