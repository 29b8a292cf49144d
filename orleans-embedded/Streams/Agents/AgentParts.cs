using Orleans.Configuration;
using Orleans.Internal;
using Orleans.Runtime;

namespace Orleans.Streams;

/// <summary>What all agents of a provider share.</summary>
internal sealed record AgentParts(
    string ProviderName,
    SiloRuntime Silo,
    StreamPullingAgentOptions Options,
    IQueueAdapter Adapter,
    IQueueAdapterCache Caches,
    ImplicitSubscribers Subscribers,
    IBackoffProvider DeliveryBackoff,
    IBackoffProvider ReaderBackoff);
