namespace Analytics.Bench.Peers;

/// <summary>The peers this program can be.</summary>
internal static class PeerModes
{
    /// <summary>The first argument of a process that is a peer.</summary>
    public const string Command = "peer";

    /// <summary>The first argument of a process that fills a stopped silo's table; then its data directory and the number of rows.</summary>
    public const string Fill = "fill";

    /// <summary>ClickHouse's own Kafka engine.</summary>
    public const string KafkaEngine = "kafka-engine";

    /// <summary>What a user would write first.</summary>
    public const string Usual = "usual";

    /// <summary>Runs a peer; it ends when it is killed.</summary>
    public static Task RunAsync(string mode, PeerArguments arguments) => mode switch
    {
        KafkaEngine => KafkaEnginePeer.RunAsync(arguments),
        Usual => UsualPeer.RunAsync(arguments),
        _ => throw new ArgumentException($"There is no peer {mode}."),
    };
}
