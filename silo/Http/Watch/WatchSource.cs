using System.Runtime.CompilerServices;

namespace Analytics.Silo.Http.Watch;

/// <summary>A live state that can be watched.</summary>
/// <param name="Key">The same for the same state: all who watch it share an enumeration.</param>
/// <param name="Open">Begins to enumerate its frames, again after an enumeration has ended.</param>
internal sealed record WatchSource(string Key, Func<CancellationToken, IAsyncEnumerable<WatchFrame>> Open)
{
    /// <summary>What an actor enumerates, in frames.</summary>
    /// <param name="key">Of the state.</param>
    /// <param name="watch">Begins an enumeration.</param>
    /// <param name="make">Makes the next frame, which knows the one before.</param>
    public static WatchSource Of<T>(string key, Func<CancellationToken, IAsyncEnumerable<T>> watch, Func<T, WatchFrame> make) =>
        new(key, cancellationToken => FramesAsync(watch, make, cancellationToken));

    private static async IAsyncEnumerable<WatchFrame> FramesAsync<T>(
        Func<CancellationToken, IAsyncEnumerable<T>> watch, Func<T, WatchFrame> make, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var state in watch(cancellationToken))
        {
            yield return make(state);
        }
    }
}
