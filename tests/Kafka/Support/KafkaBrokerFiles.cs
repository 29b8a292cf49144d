namespace Analytics.Tests.Kafka;

/// <summary>The configuration files of a <see cref="KafkaBroker"/> and its ZooKeeper.</summary>
internal static class KafkaBrokerFiles
{
    /// <summary>The id of the only broker.</summary>
    public const int BrokerId = 0;

    /// <summary>The broker's file.</summary>
    public const string Broker = "server.properties";

    /// <summary>ZooKeeper's file.</summary>
    public const string ZooKeeper = "zookeeper.properties";

    /// <summary>What both of them say.</summary>
    public const string Logging = "log4j.properties";

    /// <summary>Writes them into a folder.</summary>
    public static void Write(string directory, int port, int zooKeeperPort)
    {
        File.WriteAllText(Path.Combine(directory, ZooKeeper), $"""
            dataDir={directory}/zookeeper
            clientPort={zooKeeperPort}
            clientPortAddress=127.0.0.1
            maxClientCnxns=0
            tickTime=2000
            """);

        // Topics are made by the tests; what has expired is looked for often; no cleaner, whose buffer alone would be 128 MB;
        // a machine under load may stop the broker for seconds without costing it its session.
        File.WriteAllText(Path.Combine(directory, Broker), $"""
            broker.id={BrokerId}
            listeners=PLAINTEXT://127.0.0.1:{port}
            log.dirs={directory}/kafka
            zookeeper.connect=127.0.0.1:{zooKeeperPort}
            zookeeper.session.timeout.ms=30000
            zookeeper.connection.timeout.ms=60000
            auto.create.topics.enable=false
            delete.topic.enable=true
            log.cleaner.enable=false
            log.retention.check.interval.ms=100
            log.segment.delete.delay.ms=100
            controlled.shutdown.enable=false
            num.network.threads=2
            num.io.threads=4
            background.threads=4
            offsets.topic.num.partitions=1
            offsets.topic.replication.factor=1
            group.min.session.timeout.ms=1000
            """);
        File.WriteAllText(Path.Combine(directory, Logging), """
            log4j.rootLogger=WARN, out
            log4j.logger.kafka.server.KafkaServer=INFO
            log4j.logger.org.apache.zookeeper.server.NIOServerCnxnFactory=INFO
            log4j.appender.out=org.apache.log4j.ConsoleAppender
            log4j.appender.out.layout=org.apache.log4j.PatternLayout
            log4j.appender.out.layout.ConversionPattern=%d %p %m (%c)%n
            """);
    }
}
