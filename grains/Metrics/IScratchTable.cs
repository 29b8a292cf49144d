using Analytics.Grains.ClickHouse;

namespace Analytics.Grains.Metrics;

/// <summary>A table that refuses what another one refuses, for trials. It is dropped after use, always.</summary>
internal interface IScratchTable
{
    /// <summary>Tries to insert a block.</summary>
    /// <param name="block">The rows.</param>
    /// <param name="turn">The turn to use up.</param>
    /// <param name="cancellationToken">Gives up before the insert has begun.</param>
    /// <exception cref="ClickHouseException">It was refused.</exception>
    Task InsertAsync(PendingBlock block, InsertTurn turn, CancellationToken cancellationToken);

    /// <summary>Drops it.</summary>
    /// <exception cref="ClickHouseException">It stays; the next start drops it.</exception>
    Task DropAsync();
}
