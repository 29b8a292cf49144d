using System.Net;
using Microsoft.Extensions.Options;
using Orleans.Configuration;

namespace Orleans.Runtime;

/// <summary>The name of this silo, from its options.</summary>
internal sealed class LocalSiloDetails(
    IOptions<ClusterOptions> cluster, IOptions<EndpointOptions> endpoint, IOptions<SiloOptions> silo, TimeProvider timeProvider) : ILocalSiloDetails
{
    // Seconds since 2022 like the generations of a cluster: higher at each start.
    private static readonly DateTimeOffset GenerationZero = new(2022, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public string Name { get; } = silo.Value.SiloName;

    public string ClusterId { get; } = cluster.Value.ClusterId;

    public string DnsHostName { get; } = Dns.GetHostName();

    public SiloAddress SiloAddress { get; } = SiloAddress.New(
        endpoint.Value.AdvertisedIPAddress, endpoint.Value.SiloPort, (int)(timeProvider.GetUtcNow() - GenerationZero).TotalSeconds);

    public SiloAddress GatewayAddress { get; } = SiloAddress.New(endpoint.Value.AdvertisedIPAddress, endpoint.Value.GatewayPort, 0);
}
