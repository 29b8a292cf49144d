using Analytics.Grains.ClickHouse;

namespace Analytics.Tests.Metrics;

/// <summary>The real engine behind a bad line: before a statement or an insert, and after it has taken effect, it may fail as told.</summary>
internal sealed class FaultyClickHouse(IClickHouse engine) : IClickHouse
{
    /// <summary>Asked before a statement or query runs; what it returns is thrown instead.</summary>
    public Func<string, ClickHouseException?> BeforeStatement { get; set; } = _ => null;

    /// <summary>Asked after a statement or query has run; what it returns is thrown although the statement took effect.</summary>
    public Func<string, ClickHouseException?> AfterStatement { get; set; } = _ => null;

    /// <summary>Asked before an insert; what it returns is thrown and nothing is inserted.</summary>
    public Func<ClickHouseException?> BeforeInsert { get; set; } = () => null;

    /// <summary>Asked after an insert; what it returns is thrown although the rows are there.</summary>
    public Func<ClickHouseException?> AfterInsert { get; set; } = () => null;

    /// <summary>Inserts that reached the engine.</summary>
    public int InsertCount { get; private set; }

    /// <summary>A failure whose statement had no effect.</summary>
    public static ClickHouseException Refused() => new(241, "Memory limit exceeded (injected)");

    /// <summary>A failure that does not tell whether the statement had an effect.</summary>
    public static ClickHouseException Unknown() => new(0, "Connection lost (injected)", isOutcomeUnknown: true);

    /// <summary>Fails the next times, then no more.</summary>
    public static Func<ClickHouseException?> Times(int count, Func<ClickHouseException> failure) => () => count-- > 0 ? failure() : null;

    public async Task ExecuteAsync(string sql, CancellationToken cancellationToken = default)
    {
        ThrowIfAny(BeforeStatement(sql));
        await engine.ExecuteAsync(sql, cancellationToken);
        ThrowIfAny(AfterStatement(sql));
    }

    public async Task<byte[]> QueryAsync(
        string sql, string format, IReadOnlyDictionary<string, string>? parameters = null, CancellationToken cancellationToken = default)
    {
        ThrowIfAny(BeforeStatement(sql));
        var answer = await engine.QueryAsync(sql, format, parameters, cancellationToken);
        ThrowIfAny(AfterStatement(sql));
        return answer;
    }

    public Task<byte[]> QueryReadOnlyAsync(
        string sql, string format, IReadOnlyDictionary<string, string>? parameters = null, CancellationToken cancellationToken = default) =>
        engine.QueryReadOnlyAsync(sql, format, parameters, cancellationToken);

    public async Task InsertAsync(InsertBlock block, CancellationToken cancellationToken = default)
    {
        ThrowIfAny(BeforeInsert());
        await engine.InsertAsync(block, cancellationToken);
        InsertCount++;
        ThrowIfAny(AfterInsert());
    }

    private static void ThrowIfAny(ClickHouseException? failure)
    {
        if (failure is not null)
        {
            throw failure;
        }
    }
}
