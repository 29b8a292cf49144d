using Analytics.Silo.Configuration;
using Npgsql;
using Orleans.Runtime;

namespace Analytics.Silo.Cluster;

/// <summary>Looks again and again whether this silo is still a member of its cluster, as the table says that all silos believe.</summary>
internal sealed partial class LeaseKeeper(
    AnalyticsOptions options, ILocalSiloDetails silo, MembershipLease lease, TimeProvider time, ILogger<LeaseKeeper> logger) : BackgroundService
{
    // Several looks fit into a lease, so that one that is slow or fails costs nothing.
    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(500);

    private const string Sql =
        "SELECT Status FROM OrleansMembershipTable WHERE DeploymentId = @cluster AND Address = @address AND Port = @port AND Generation = @generation";

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await using var source = NpgsqlDataSource.Create(options.Postgres.ConnectionString!);
        using var timer = new PeriodicTimer(Between, time);
        var hasFailed = false;
        try
        {
            do
            {
                try
                {
                    await LookAsync(source, stoppingToken);
                    hasFailed = false;
                }
                catch (NpgsqlException e)
                {
                    if (!hasFailed)
                    {
                        LogFailed(e.Message);
                    }

                    hasFailed = true;
                }
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The silo has stopped.
        }
    }

    private async Task LookAsync(NpgsqlDataSource source, CancellationToken cancellationToken)
    {
        var begun = time.GetTimestamp();
        await using var command = source.CreateCommand(Sql);
        var address = silo.SiloAddress;
        command.Parameters.AddWithValue("cluster", options.Orleans.ClusterId);
        command.Parameters.AddWithValue("address", address.Endpoint.Address.ToString());
        command.Parameters.AddWithValue("port", address.Endpoint.Port);
        command.Parameters.AddWithValue("generation", address.Generation);

        // Without a row it has not joined yet.
        if (await command.ExecuteScalarAsync(cancellationToken) is not int status)
        {
            return;
        }

        if (status == (int)SiloStatus.Dead)
        {
            lease.Lose();
        }
        else
        {
            lease.Extend(begun);
        }
    }

    [LoggerMessage(EventId = 1360, Level = LogLevel.Warning, Message = "PostgreSQL does not tell whether this silo is a member of its cluster; soon nothing is inserted until it does. {Reason}")]
    private partial void LogFailed(string reason);
}
