using System.Text;
using Analytics.Grains.ClickHouse;

namespace Analytics.Tests.ClickHouse;

/// <summary>What every ClickHouse promises, in this process or on a server. One passes by deriving from the contracts and opening itself.</summary>
public abstract class ClickHouseContract
{
    private static int _databaseCount;

    /// <summary>The one to test, open.</summary>
    protected abstract Task<IClickHouse> OpenAsync();

    /// <summary>A new database with a name no other test has.</summary>
    protected async Task<string> NewDatabaseAsync()
    {
        var name = $"contract{Environment.ProcessId}_{Interlocked.Increment(ref _databaseCount)}";
        await (await OpenAsync()).ExecuteAsync($"CREATE DATABASE {name}");
        return name;
    }

    /// <summary>A query's answer as text, tab-separated.</summary>
    protected async Task<string> TextAsync(string sql, IReadOnlyDictionary<string, string>? parameters = null) =>
        Encoding.UTF8.GetString(await (await OpenAsync()).QueryAsync(sql, "TSVRaw", parameters)).TrimEnd('\n');
}
