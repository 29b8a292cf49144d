namespace Analytics.Tests.Log;

/// <summary>Waits for what must happen, and fails when it does not.</summary>
internal static class Deadline
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    /// <summary>A token that ends a wait that should have ended long ago.</summary>
    public static CancellationToken Token() => new CancellationTokenSource(Limit).Token;

    /// <summary>Polls a condition nobody signals.</summary>
    public static Task UntilAsync(Func<Task<bool>> condition) => Eventually.IsTrueAsync(condition, Limit, () => "the condition holds");
}
