using System.Globalization;
using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using Orleans.Runtime;

namespace Orleans.Streams;

/// <summary>Knows which grain consumes which stream: of each subscribed class, the one with the stream's key.</summary>
internal sealed class ImplicitSubscribers(SiloRuntime silo)
{
    private readonly ILookup<string, GrainClass> _classesByNamespace = silo.Classes.All
        .SelectMany(c => c.Type.GetCustomAttributes<ImplicitStreamSubscriptionAttribute>().Select(a => (a.StreamNamespace, Class: c)))
        .Distinct()
        .ToLookup(pair => pair.StreamNamespace, pair => pair.Class);

    /// <summary>The consumers of a stream and their subscriptions.</summary>
    public IEnumerable<(GuidId Subscription, GrainId Consumer)> Of(StreamId stream)
        => _classesByNamespace[stream.GetNamespace() ?? ""].Select(c => (SubscriptionOf(c.GrainType, stream), new GrainId(c.GrainType, KeyOf(c, stream))));

    /// <summary>The same in every process, as subscriptions outlive it.</summary>
    private static GuidId SubscriptionOf(GrainType type, StreamId stream)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes($"{type}\0{stream}"));
        return GuidId.GetGuidId(new Guid(hash.AsSpan(0, 16)));
    }

    private static IdSpan KeyOf(GrainClass grainClass, StreamId stream)
        => typeof(IGrainWithIntegerKey).IsAssignableFrom(grainClass.Type)
            ? GrainIdKeyExtensions.CreateIntegerKey(long.Parse(stream.Key.Span, NumberStyles.Integer, CultureInfo.InvariantCulture))
            : new IdSpan(stream.Key.ToArray());
}
