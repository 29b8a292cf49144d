using Microsoft.Extensions.Logging;

namespace Analytics.Grains.ClickHouse.Http;

public sealed partial class HttpClickHouse
{
    [LoggerMessage(2020, LogLevel.Information, "ClickHouse at {Urls} is there, version {Version}.")]
    private partial void LogConnected(string urls, string version);

    [LoggerMessage(2021, LogLevel.Information, "ClickHouse at {Urls} is no longer used.")]
    private partial void LogClosed(string urls);

    [LoggerMessage(2022, LogLevel.Warning, "Statements are tried again: {Reason}")]
    private partial void LogAway(string reason);

    [LoggerMessage(2023, LogLevel.Information, "ClickHouse at {Url} is used now.")]
    private partial void LogInUse(Uri url);

    [LoggerMessage(2024, LogLevel.Warning, "ClickHouse at {Url} cannot do its work, the other replicas are asked: {Reason}")]
    private partial void LogReplicaFails(Uri url, string reason);
}
