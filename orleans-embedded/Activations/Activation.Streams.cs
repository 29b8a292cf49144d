using Orleans.Streams;

namespace Orleans.Runtime;

/// <summary>The stream subscriptions of an activation.</summary>
internal sealed partial class Activation
{
    public StreamConsumer StreamConsumer => field ??= new StreamConsumer(this);
}
