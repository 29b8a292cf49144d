namespace Analytics.Grains.ClickHouse.Embedded;

/// <summary>Remembers which directory the engine of this process is open on: the engine itself answers a second one with nothing but null.</summary>
internal static class OpenEngine
{
    private static string? _directory;

    /// <summary>Takes the engine.</summary>
    /// <exception cref="ClickHouseException">It is taken.</exception>
    public static void Take(string directory)
    {
        var other = Interlocked.CompareExchange(ref _directory, directory, null);
        if (other is not null)
        {
            throw new ClickHouseException(
                0, $"ClickHouse is open on {other} in this process already; it has one data directory a process: close that one before {directory} is opened.");
        }
    }

    /// <summary>Gives it back.</summary>
    public static void Release() => Volatile.Write(ref _directory, null);
}
