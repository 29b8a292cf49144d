namespace Orleans.Streams;

/// <summary>Which kinds of subscriptions a provider has. Only implicit ones exist here.</summary>
public enum StreamPubSubType
{
    /// <summary>Both kinds: refused at start.</summary>
    ExplicitGrainBasedAndImplicit,

    /// <summary>Explicit ones: refused at start.</summary>
    ExplicitGrainBasedOnly,

    /// <summary>By <see cref="ImplicitStreamSubscriptionAttribute"/>.</summary>
    ImplicitOnly,
}
