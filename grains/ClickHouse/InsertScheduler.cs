namespace Analytics.Grains.ClickHouse;

/// <summary>Spends the server's budget of inserts, oldest first: so many a second, so many at once.</summary>
public sealed class InsertScheduler
{
    /// <summary>Starts with a full budget.</summary>
    /// <param name="clickHouse">Where the inserts go.</param>
    /// <param name="insertsPerSecondMax">1-10,000, <see cref="Configuration.FlushOptions.InsertsPerSecondMax"/>.</param>
    /// <param name="inFlightMax">Inserts under way at once, 1 or more; the connections there are.</param>
    /// <param name="time">The clock.</param>
    public InsertScheduler(IClickHouse clickHouse, int insertsPerSecondMax, int inFlightMax, TimeProvider time) => throw new NotImplementedException();

    /// <summary>Waits for its turn and inserts.</summary>
    /// <exception cref="ClickHouseException">As of <see cref="IClickHouse.InsertAsync"/>.</exception>
    public Task InsertAsync(InsertBlock block, CancellationToken cancellationToken = default) => throw new NotImplementedException();
}
