namespace Analytics.Silo.Hosting;

/// <summary><c>Analytics:Orleans</c>: how this silo finds itself and others.</summary>
public sealed record OrleansOptions
{
    /// <summary>Port that silos talk to each other on, 1-65,535. Not opened on the embedded package set, which is one process.</summary>
    public int SiloPort { get; init; } = 11_111;

    /// <summary>Port that Orleans clients connect to, 1-65,535. Not opened on the embedded package set.</summary>
    public int GatewayPort { get; init; } = 30_000;

    /// <summary>Name of the cluster, 1-128 characters; silos of different clusters never see each other.</summary>
    public string ClusterId { get; init; } = "analytics";

    /// <summary>Name of the service, 1-128 characters; stays the same across clusters and deployments.</summary>
    public string ServiceId { get; init; } = "analytics";
}
