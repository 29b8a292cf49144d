using System.Net;

namespace Orleans.Configuration;

/// <summary>The name of the cluster.</summary>
public class ClusterOptions
{
    /// <summary>Names the cluster.</summary>
    public string ClusterId { get; set; } = "default";

    /// <summary>Names the service across clusters.</summary>
    public string ServiceId { get; set; } = "default";
}

/// <summary>Where a silo of a cluster would listen; here only part of the silo's name.</summary>
public class EndpointOptions
{
    /// <summary>The usual silo port.</summary>
    public const int DEFAULT_SILO_PORT = 11111;

    /// <summary>The usual gateway port.</summary>
    public const int DEFAULT_GATEWAY_PORT = 30000;

    /// <summary>The address others would connect to.</summary>
    public IPAddress AdvertisedIPAddress { get; set; } = IPAddress.Loopback;

    /// <summary>The port of silos.</summary>
    public int SiloPort { get; set; } = DEFAULT_SILO_PORT;

    /// <summary>The port of clients.</summary>
    public int GatewayPort { get; set; } = DEFAULT_GATEWAY_PORT;
}

/// <summary>The name of the silo.</summary>
public class SiloOptions
{
    /// <summary>The name.</summary>
    public string SiloName { get; set; } = "Silo";
}

/// <summary>Waiting for responses.</summary>
public abstract class MessagingOptions
{
    /// <summary>How long a caller waits for a response. Default 30 s.</summary>
    public TimeSpan ResponseTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Whether the token of a call is cancelled when its caller gives up on the response. Default false.</summary>
    public bool CancelRequestOnTimeout { get; set; }
}

/// <summary>Waiting for responses within a silo.</summary>
public class SiloMessagingOptions : MessagingOptions;

/// <summary>When activations end.</summary>
public class GrainCollectionOptions
{
    /// <summary>Idle activations end after this time. Default 15 min; must be longer than <see cref="CollectionQuantum"/>.</summary>
    public TimeSpan CollectionAge { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>How often idle activations are looked for. Default 1 min.</summary>
    public TimeSpan CollectionQuantum { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>After how long the token of <c>OnActivateAsync</c> is cancelled. Default 30 s.</summary>
    public TimeSpan ActivationTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>After how long the token of <c>OnDeactivateAsync</c> is cancelled. Default 30 s.</summary>
    public TimeSpan DeactivationTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Other collection ages, by the full name of the grain class.</summary>
    public Dictionary<string, TimeSpan> ClassSpecificCollectionAge { get; set; } = [];
}
