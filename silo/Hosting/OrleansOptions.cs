namespace Analytics.Silo.Hosting;

/// <summary><c>Analytics:Orleans</c>: how this silo finds itself and others.</summary>
public sealed record OrleansOptions
{
    /// <summary><see cref="Clustering"/>: alone on this machine.</summary>
    public const string Localhost = "Localhost";

    /// <summary><see cref="Clustering"/>: with others, who meet in a table of PostgreSQL.</summary>
    public const string AdoNet = "AdoNet";

    /// <summary>How silos find each other: <see cref="Localhost"/> or <see cref="AdoNet"/>.</summary>
    public string Clustering { get; init; } = Localhost;

    /// <summary>Port that silos talk to each other on, 1-65,535. Not opened on the embedded package set, which is one process.</summary>
    public int SiloPort { get; init; } = 11_111;

    /// <summary>Port that Orleans clients connect to, 1-65,535. Not opened on the embedded package set.</summary>
    public int GatewayPort { get; init; } = 30_000;

    /// <summary>The IP address that others reach this silo at; <see langword="null"/> for the machine's own, or for loopback with <see cref="Localhost"/>. On Kubernetes the pod's.
    /// A silo listens on loopback only when this is a loopback address, and else on every address.</summary>
    public string? AdvertisedAddress { get; init; }

    /// <summary>What the silo is called in logs and lists, 1-128 characters; <see langword="null"/> for a name that is made up. On Kubernetes the pod's.</summary>
    public string? SiloName { get; init; }

    /// <summary>Name of the cluster, 1-128 characters; silos of different clusters never see each other.</summary>
    public string ClusterId { get; init; } = "analytics";

    /// <summary>Name of the service, 1-128 characters; stays the same across clusters and deployments.</summary>
    public string ServiceId { get; init; } = "analytics";

    /// <summary>Seconds between two looks whether another silo lives, and for its answer, 1-60. Two seconds are far more than a busy silo, or one that collects its
    /// memory, needs to answer, and with <see cref="MissedProbesMax"/> a dead one is known in six.</summary>
    public int ProbeSeconds { get; init; } = 2;

    /// <summary>Looks without an answer after which a silo is dead for the others, 1-10. One or two may be an accident of the network.</summary>
    public int MissedProbesMax { get; init; } = 3;
}
