using Npgsql;

namespace Analytics.Silo.Cluster;

/// <summary>The tables of PostgreSQL that silos meet in, with the statements that Orleans' provider asks for by name.</summary>
internal static class MembershipTables
{
    /// <summary>Makes what is missing, and brings the statements up to date. Safe when several silos start at the same time, and while others run.</summary>
    /// <exception cref="ClusterLockException">PostgreSQL cannot be reached, or refuses.</exception>
    public static Task EnsureAsync(string connectionString, IClusterLock clusterLock, CancellationToken cancellationToken) => clusterLock.RunAsync(
        async () =>
        {
            await using var connection = new NpgsqlConnection(connectionString);
            await connection.OpenAsync(cancellationToken);
            await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
            await using (var tables = new NpgsqlCommand(MembershipSql.Tables, connection, transaction))
            {
                await tables.ExecuteNonQueryAsync(cancellationToken);
            }

            foreach (var (name, text) in MembershipSql.Statements)
            {
                await using var statement = new NpgsqlCommand(MembershipSql.SaveStatement, connection, transaction);
                statement.Parameters.AddWithValue("name", name);
                statement.Parameters.AddWithValue("text", text);
                await statement.ExecuteNonQueryAsync(cancellationToken);
            }

            await transaction.CommitAsync(cancellationToken);
            return true;
        },
        cancellationToken);
}
