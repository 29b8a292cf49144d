// Goal: silos that start together on an empty database make the tables once, and of two changes of the membership that know the same version one counts.
using Analytics.Silo.Cluster;
using Analytics.Tests.Postgres;
using Npgsql;
using Xunit;

namespace Analytics.Tests.Cluster.Packages;

public sealed class MembershipTablesTests(PostgresFixture postgres)
{
    [Fact]
    public async Task Silos_that_start_together_make_them_and_a_later_one_finds_them()
    {
        var database = await postgres.CreateDatabaseAsync();
        await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => EnsureAsync(database)));
        await EnsureAsync(database);
        await using var source = NpgsqlDataSource.Create(database);
        await using var command = source.CreateCommand("SELECT count(*)::integer FROM OrleansQuery");
        Assert.Equal(MembershipSql.Statements.Count, (int)(await command.ExecuteScalarAsync())!);
    }

    [Fact]
    public async Task Of_two_changes_from_the_same_version_one_counts()
    {
        var database = await postgres.CreateDatabaseAsync();
        await EnsureAsync(database);
        await using var source = NpgsqlDataSource.Create(database);
        Assert.Equal(1, await RunAsync(source, "InsertMembershipVersionKey", port: 0, version: 0));
        Assert.Equal(0, await RunAsync(source, "InsertMembershipVersionKey", port: 0, version: 0));

        var inserted = await Task.WhenAll(Enumerable.Range(1, 4).Select(port => RunAsync(source, "InsertMembershipKey", port, version: 0)));
        Assert.Equal(1, inserted.Sum());
        var member = Array.IndexOf(inserted, 1) + 1;
        Assert.Equal(0, await RunAsync(source, "InsertMembershipKey", member, version: 1));
        Assert.Equal(0, await RunAsync(source, "UpdateMembershipKey", member, version: 0));
        Assert.Equal(1, await RunAsync(source, "UpdateMembershipKey", member, version: 1));
        Assert.Equal(0, await RunAsync(source, "UpdateMembershipKey", member + 10, version: 2));
        Assert.Equal(1, await RunAsync(source, "InsertMembershipKey", member + 10, version: 2));
    }

    private static async Task EnsureAsync(string database)
    {
        await MembershipTables.EnsureAsync(database, new PostgresLock(database, "a"), CancellationToken.None);
    }

    private static async Task<int> RunAsync(NpgsqlDataSource source, string statement, int port, int version)
    {
        await using var command = source.CreateCommand(MembershipSql.Statements[statement]);
        var now = DateTime.UtcNow;
        foreach (var (name, value) in new (string, object)[]
                 {
                     ("DeploymentId", "c"), ("Address", "10.0.0.1"), ("Port", port), ("Generation", 1), ("SiloName", "s"), ("HostName", "h"), ("Status", 3), ("ProxyPort", 30000),
                     ("SuspectTimes", string.Empty), ("StartTime", now), ("IAmAliveTime", now), ("Version", version),
                 })
        {
            command.Parameters.AddWithValue(name, value);
        }

        return (int)(await command.ExecuteScalarAsync())!;
    }
}
