using System.Net;
using System.Net.Sockets;
using Xunit;

namespace Analytics.Tests;

public sealed class FreePortTests
{
    private const int FirstLent = 32_768;

    [Fact]
    public void Ports_are_below_those_lent_to_connections_and_none_is_given_twice()
    {
        var ports = Enumerable.Range(0, 200).Select(_ => FreePort.Next()).ToArray();
        Assert.Equal(ports.Length, ports.Distinct().Count());
        Assert.All(ports, port => Assert.InRange(port, 1_024, FirstLent - 1));
    }

    [Fact]
    public void A_port_that_is_listened_on_is_passed_over()
    {
        using var taken = new TcpListener(IPAddress.Loopback, FreePort.Next() + 1);
        taken.Start();
        var next = Enumerable.Range(0, 50).Select(_ => FreePort.Next());
        Assert.DoesNotContain(((IPEndPoint)taken.LocalEndpoint).Port, next);
    }
}
