using Orleans.Runtime;

namespace Orleans.Runtime
{
    /// <summary>Something that calls can be addressed to: a grain or an observer.</summary>
    public interface IAddressable;
}

namespace Orleans
{
    /// <summary>Marks a grain interface; use one of the interfaces that name the kind of key.</summary>
    public interface IGrain : IAddressable;

    /// <summary>A grain whose key is a string.</summary>
    public interface IGrainWithStringKey : IGrain;

    /// <summary>A grain whose key is an integer.</summary>
    public interface IGrainWithIntegerKey : IGrain;

    /// <summary>A grain whose key is a GUID.</summary>
    public interface IGrainWithGuidKey : IGrain;

    /// <summary>Marks an interface whose calls go from grains to objects outside them.</summary>
    public interface IGrainObserver : IAddressable;
}
