using System.Net;
using System.Net.Sockets;

namespace Analytics.Tests;

/// <summary>
/// Ports of 127.0.0.1 for servers that are started later. They are below those the kernel lends to connections (32768 and more): a port that it gave and took back may be a
/// connection's own by the time the server wants it. None is given twice in a process.
/// </summary>
internal static class FreePort
{
    private const int First = 12_000;
    private const int Count = 20_000;

    private static int _given = Random.Shared.Next(Count);

    /// <summary>A port that nobody listens on.</summary>
    public static int Next()
    {
        for (var tried = 0; tried < Count; tried++)
        {
            var port = First + (int)((uint)Interlocked.Increment(ref _given) % Count);
            if (IsFree(port))
            {
                return port;
            }
        }

        throw new InvalidOperationException($"No port from {First} to {First + Count - 1} is free.");
    }

    private static bool IsFree(int port)
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Loopback, port);
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
