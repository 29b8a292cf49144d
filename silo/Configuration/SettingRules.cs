using Analytics.Grains.Configuration;
using Analytics.Grains.Telemetry;
using Analytics.Silo.Hosting;
using Analytics.Silo.Ingest.Decode;
using Analytics.Silo.Log.Kafka;

namespace Analytics.Silo.Configuration;

/// <summary>The range of every setting, by its name below <c>Analytics:</c>. The reasons stand at the options' properties.</summary>
internal static class SettingRules
{
    private const long KiB = 1024;
    private const long MiB = 1024 * KiB;
    private const long GiB = 1024 * MiB;
    private const long TiB = 1024 * GiB;

    private const string Name = "1-128 bytes of UTF-8 without control characters";
    private const string UserName = "1-128 characters without ':' and control characters";
    private const string TopicName = "1-249 letters, digits, '.', '_' and '-', not '.' or '..'";

    /// <summary>One rule a setting.</summary>
    public static readonly IReadOnlyDictionary<string, SettingRule> All = new SettingRule[]
    {
        new SettingRule.Text("DataDirectory", "a path, not empty", path => !string.IsNullOrWhiteSpace(path)),
        new SettingRule.Word("Log:Kind", "File", "Kafka"),
        new SettingRule.Number("Log:Partitions", 1, 1024),
        new SettingRule.Number("Log:SegmentBytesMax", 64 * KiB, (2 * GiB) - 1),
        new SettingRule.Number("Log:TotalBytesMax", MiB, 1024 * TiB),
        new SettingRule.Number("Log:RetentionBytesMax", 0, 1024 * TiB),
        new SettingRule.Number("Log:RetentionHoursMax", 0, 87_600),
        new SettingRule.Text("Kafka:BootstrapServers", "host:port, or several separated by ','", KafkaRules.AreServers),
        new SettingRule.Text("Kafka:Topic", TopicName, KafkaRules.IsTopic),
        new SettingRule.Text("Kafka:Topics", "topics separated by ',', regular expressions behind ^ among them", KafkaRules.AreTopics),
        new SettingRule.Text("Kafka:Group", "1-255 characters", KafkaRules.IsGroup),
        new SettingRule.Number("Kafka:Queues", 1, 1024),
        new SettingRule.Word("Kafka:OutOfRange", "Stop", "Earliest"),
        new SettingRule.Entries("Kafka:Properties:*", "settings of librdkafka, but those the log decides", KafkaRules.PropertyProblem),
        new SettingRule.Text("Kafka:Mappings:n:Topic", TopicName, KafkaRules.IsTopic) { IsRequired = true },
        new SettingRule.Text("Kafka:Mappings:n:Project", "1-63 characters of a-z, 0-9 and _, the first one a letter, no reserved name", KafkaRules.IsProject) { IsRequired = true },
        new SettingRule.Text("Kafka:Mappings:n:Metric", Name, KafkaRules.IsName) { IsRequired = true },
        new SettingRule.Text("Kafka:Mappings:n:TimeField", Name, KafkaRules.IsName),
        new SettingRule.Word("Kafka:Mappings:n:TimeUnit", Enum.GetNames<TimeUnit>()),
        new SettingRule.Text("Kafka:Mappings:n:IdField", Name, KafkaRules.IsName),
        new SettingRule.Text(
            "Kafka:Mappings:n:KeyField", "1-121 bytes of UTF-8 without control characters, no column every table has, or not given at all", KafkaRules.IsKeyField),
        new SettingRule.Text("Kafka:Mappings:n:HeaderPrefix", Name + ", or not given at all", KafkaRules.IsPrefix),
        new SettingRule.Number("Flush:IntervalMs", 10, 600_000),
        new SettingRule.Number("Flush:RowsMax", 1, 1_000_000),
        new SettingRule.Number("Flush:BytesMax", 64 * KiB, GiB),
        new SettingRule.Number("Flush:InsertsPerSecondMax", 1, 10_000),
        new SettingRule.Number("Flush:AgeMaxMs", 1_000, 3_600_000),
        new SettingRule.Number("Limits:BodyBytesMax", KiB, GiB),
        new SettingRule.Number("Limits:EventBytesMax", 128, 256 * MiB),
        new SettingRule.Number("Limits:RecordBytesMax", KiB, 16 * MiB),
        new SettingRule.Number("Limits:MessageBytesMax", KiB, GiB),
        new SettingRule.Number("Limits:FieldsPerEventMax", 1, 10_000),
        new SettingRule.Number("Limits:NestingMax", 1, 32),
        new SettingRule.Number("Limits:StringBytesMax", 1, 256 * MiB),
        new SettingRule.Number("Limits:ArrayElementsMax", 1, 1_000_000),
        new SettingRule.Number("Limits:IdBytesMax", 1, 1024),
        new SettingRule.Number("Limits:DeadLetterBytesMax", 0, 16 * MiB),
        new SettingRule.Number("Limits:ColumnsMax", 1, 1000),
        new SettingRule.Word("ClickHouse:Kind", ClickHouseOptions.Embedded, ClickHouseOptions.Http),
        new SettingRule.Text("ClickHouse:Url", ClickHouseUrls.Allowed, urls => urls is null || ClickHouseUrls.TryParse(urls, out _)),
        new SettingRule.Text("ClickHouse:User", UserName, IsUser),
        new SettingRule.Text("ClickHouse:Password", "a text, or not given at all", _ => true),
        new SettingRule.Text("ClickHouse:QueryUser", UserName + ", or not given at all", user => user is null || IsUser(user)),
        new SettingRule.Text("ClickHouse:QueryPassword", "a text, or not given at all", _ => true),
        new SettingRule.Text("ClickHouse:Cluster", "1-128 characters, or not given at all", cluster => cluster is null || IsName(cluster)),
        new SettingRule.Number("ClickHouse:ConnectSecondsMax", 1, 60),
        new SettingRule.Number("ClickHouse:StatementSecondsMax", 1, 86_400),
        new SettingRule.Word("ClickHouse:Compression", "Auto", "On", "Off"),
        new SettingRule.Text("ClickHouse:LibraryPath", "a path, or not given at all", path => path is null || !string.IsNullOrWhiteSpace(path)),
        new SettingRule.Text("ClickHouse:SlowDirectory", "a path, or not given at all", path => path is null || !string.IsNullOrWhiteSpace(path)),
        new SettingRule.Number("ClickHouse:Connections", 1, 64),
        new SettingRule.Number("ClickHouse:QueryConnections", 1, 16),
        new SettingRule.Number("ClickHouse:QueryThreadsMax", 1, 256),
        new SettingRule.Number("ClickHouse:QuerySecondsMax", 1, 3_600),
        new SettingRule.Number("ClickHouse:QueryRowsMax", 1, 10_000_000),
        new SettingRule.Number("ClickHouse:QueryBytesMax", KiB, GiB),
        new SettingRule.Number("ClickHouse:QueryMemoryBytesMax", 16 * MiB, TiB),
        new SettingRule.Number("ClickHouse:MarkCacheBytesMax", MiB, TiB),
        new SettingRule.Number("ClickHouse:MergeThreads", 1, 64),
        new SettingRule.Number("ClickHouse:LargePartBytes", 1_000_000, 1_000_000_000_000),
        new SettingRule.Text("ClickHouse:Serve", "one http:// address with a port, or not given at all", ServeRules.IsAddress),
        new SettingRule.Text("ClickHouse:ServeUsers:n:Name", "1-128 characters without control characters", ServeRules.IsName) { IsRequired = true },
        new SettingRule.Text("ClickHouse:ServeUsers:n:Password", "at most 256 characters", password => password is { Length: <= ServeRules.PasswordCharsMax }),
        new SettingRule.Word("ClickHouse:ServeUsers:n:Access", ServeUser.Read, ServeUser.Full),
        new SettingRule.Number("ClickHouse:ServeConnections", 1, 64),
        new SettingRule.Number("ClickHouse:ServeRequestsMax", 1, 10_000),
        new SettingRule.Number("ClickHouse:ServeSessionsMax", 1, 10_000),
        new SettingRule.Number("ClickHouse:ServeQueryBytesMax", KiB, 16 * MiB),
        new SettingRule.Number("ClickHouse:ServeBodyBytesMax", KiB, GiB),
        new SettingRule.Number("ClickHouse:ServeBodiesBytesMax", MiB, TiB),
        new SettingRule.Number("ClickHouse:ServeAnswerBytesMax", KiB, GiB),
        new SettingRule.Number("Postgres:Connections", 1, 100),
        new SettingRule.Number("Postgres:SecondsMax", 1, 3_600),
        new SettingRule.Text("Http:Urls", "one or more http:// addresses with a port, separated by ';'", AreUrls),
        new SettingRule.Number("Http:ConnectionsMax", 1, 1_000_000),
        new SettingRule.Number("Http:KeepAliveSeconds", 1, 86_400),
        new SettingRule.Number("Http:BodiesBytesMax", MiB, TiB),
        new SettingRule.Number("Http:QueryBodyBytesMax", KiB, 16 * MiB),
        new SettingRule.Number("Http:FlushesMax", 1, 1024),
        new SettingRule.Number("Http:WatchersMax", 1, 1_000_000),
        new SettingRule.Number("Http:WatchChangesPerSecond", 1, 100),
        new SettingRule.Text("Http:AdminToken", "16-256 characters, or not given at all", token => token is null or { Length: >= 16 and <= 256 }),
        new SettingRule.Number("Http:RetryAfterSeconds", 1, 3_600),
        new SettingRule.Number("Metrics:BufferBytesMax", MiB, 4 * GiB),
        new SettingRule.Number("Metrics:IdsMax", 1, 100_000_000),
        new SettingRule.Number("Metrics:SnapshotMinutes", 1, 1440),
        new SettingRule.Number("Metrics:IdMinutes", 1, 10_080),
        new SettingRule.Number("Metrics:GraceSeconds", 0, 86_400),
        new SettingRule.Number("Metrics:SnapshotBytesMax", 0, 64 * MiB),
        new SettingRule.Number("Metrics:IdleMinutes", 1, 1440),
        new SettingRule.Number("Alerts:LookMs", 10, 60_000),
        new SettingRule.Number("Alerts:SettleSeconds", 0, 3_600),
        new SettingRule.Text("Alerts:Hosts", "hosts separated by ',', or not given at all", AreHosts),
        new SettingRule.Word("Alerts:OtherHosts", AlertOptions.Any, AlertOptions.Listed),
        new SettingRule.Number("Alerts:TimeoutMs", 100, 60_000),
        new SettingRule.Number("Alerts:AttemptsMax", 1, 100),
        new SettingRule.Number("Alerts:PauseMs", 10, 300_000),
        new SettingRule.Number("Alerts:DeliveriesMax", 1, 100_000),
        new SettingRule.Number("Ingest:ChunkBytesMax", 4 * KiB, 64 * MiB),
        new SettingRule.Number("Ingest:CacheBytesMax", MiB, 4 * GiB),
        new SettingRule.Number("Ingest:MemoryBytesMax", 16 * MiB, 1024 * GiB),
        new SettingRule.Number("Ingest:OpenChunksMax", 16, 1_000_000),
        new SettingRule.Number("Ingest:StallSeconds", 1, 3_600),
        new SettingRule.Number("Ingest:CommitIntervalMs", 100, 60_000),
        new SettingRule.Text("Postgres:ConnectionString", "a connection string of Npgsql, or not given at all", ClusterRelations.IsConnectionString),
        new SettingRule.Word("Orleans:Clustering", OrleansOptions.Localhost, OrleansOptions.AdoNet),
        new SettingRule.Number("Orleans:SiloPort", 1, 65_535),
        new SettingRule.Number("Orleans:GatewayPort", 1, 65_535),
        new SettingRule.Text("Orleans:AdvertisedAddress", "an IP address, or not given at all", ClusterRelations.IsAddress),
        new SettingRule.Text("Orleans:SiloName", "1-128 characters, or not given at all", name => name is null || IsName(name)),
        new SettingRule.Text("Orleans:ClusterId", "1-128 characters", IsName),
        new SettingRule.Text("Orleans:ServiceId", "1-128 characters", IsName),
        new SettingRule.Text("Telemetry:Otlp:Endpoint", "one http:// or https:// address, or not given at all", IsEndpoint),
        new SettingRule.Word("Telemetry:Otlp:Protocol", "HttpProtobuf", "Grpc"),
        new SettingRule.Text("Telemetry:Otlp:Headers", "name=value, or several separated by ',', or not given at all", AreHeaders),
        new SettingRule.Word("Telemetry:Otlp:Metrics", "On", "Off"),
        new SettingRule.Word("Telemetry:Otlp:Logs", "On", "Off"),
        new SettingRule.Number("Telemetry:TracedPerMillion", 0, 1_000_000),
        new SettingRule.Word("Telemetry:Labels", Enum.GetNames<MetricLabels>()),
        new SettingRule.Number("Health:LagRecordsMax", 0, 1_000_000_000_000),
        new SettingRule.Number("Health:WriteSeconds", 1, 3_600),
        new SettingRule.Number("Orleans:ProbeSeconds", 1, 60),
        new SettingRule.Number("Orleans:MissedProbesMax", 1, 10),
    }.ToDictionary(rule => rule.Name, StringComparer.Ordinal);

    private static bool IsName(string? name) => name is { Length: >= 1 and <= 128 };

    private static bool AreHosts(string? hosts) =>
        hosts is null || hosts.Split(',').All(static host => Uri.CheckHostName(host.Trim()) != UriHostNameType.Unknown);

    // Name and password are sent with a colon between.
    private static bool IsUser(string? name) => IsName(name) && !name!.Any(c => c == ':' || char.IsControl(c));

    private static bool IsEndpoint(string? endpoint) => endpoint is null
        || (Uri.TryCreate(endpoint, UriKind.Absolute, out var uri) && (uri.Scheme == Uri.UriSchemeHttp || uri.Scheme == Uri.UriSchemeHttps) && uri.UserInfo.Length == 0);

    private static bool AreHeaders(string? headers) =>
        headers is null || Array.TrueForAll(headers.Split(','), header => header.IndexOf('=', StringComparison.Ordinal) > 0);

    private static bool AreUrls(string? urls)
    {
        if (string.IsNullOrWhiteSpace(urls))
        {
            return false;
        }

        foreach (var url in urls.Split(';'))
        {
            // Kestrel's own '*' and '+' hosts are no URIs.
            var text = url.Trim().Replace("//*", "//any", StringComparison.Ordinal).Replace("//+", "//any", StringComparison.Ordinal);
            if (!Uri.TryCreate(text, UriKind.Absolute, out var uri) || uri.Scheme != Uri.UriSchemeHttp || uri.PathAndQuery != "/")
            {
                return false;
            }
        }

        return true;
    }
}
