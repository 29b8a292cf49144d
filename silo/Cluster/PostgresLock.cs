using Npgsql;

namespace Analytics.Silo.Cluster;

/// <summary>
/// The lock of silos that meet in PostgreSQL: an advisory lock of a transaction. It ends with its connection, so a silo that dies keeps nobody out; that the
/// transaction could be committed says that nobody else had it meanwhile.
/// </summary>
/// <param name="connectionString">Where it is.</param>
/// <param name="serviceId">Silos of the same service share it.</param>
internal sealed class PostgresLock(string connectionString, string serviceId) : IClusterLock
{
    private readonly string _name = "analytics/" + serviceId;

    /// <inheritdoc />
    public bool IsShared => true;

    /// <inheritdoc />
    public async Task<T> RunAsync<T>(Func<Task<T>> work, CancellationToken cancellationToken)
    {
        try
        {
            await using var connection = new NpgsqlConnection(connectionString);
            await connection.OpenAsync(cancellationToken);
            await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
            await using (var command = new NpgsqlCommand("SELECT pg_advisory_xact_lock(hashtextextended(@name, 0))", connection, transaction))
            {
                command.Parameters.AddWithValue("name", _name);

                // Whoever has it may be waiting for ClickHouse: no limit but the caller's.
                command.CommandTimeout = 0;
                await command.ExecuteNonQueryAsync(cancellationToken);
            }

            var result = await work();
            await transaction.CommitAsync(CancellationToken.None);
            return result;
        }
        catch (NpgsqlException e)
        {
            throw new ClusterLockException($"PostgreSQL, where silos meet, cannot be reached: {e.Message}", e);
        }
    }
}
