namespace Orleans.Runtime;

/// <summary>Names this silo.</summary>
public interface ILocalSiloDetails
{
    /// <summary>The name.</summary>
    string Name { get; }

    /// <summary>The cluster.</summary>
    string ClusterId { get; }

    /// <summary>The host.</summary>
    string DnsHostName { get; }

    /// <summary>The address.</summary>
    SiloAddress SiloAddress { get; }

    /// <summary>The address for clients.</summary>
    SiloAddress GatewayAddress { get; }
}
