using Analytics.GrainInterfaces.Views;

namespace Analytics.Grains.Views.Sinks;

/// <summary>A table that gets each closed window of a view once. One call at a time.</summary>
internal interface IViewSink
{
    /// <summary>The table, as it is quoted there.</summary>
    string Table { get; }

    /// <summary>Windows of a write at most, 1 or more.</summary>
    int WindowsMax { get; }

    /// <summary>Makes the table if it is not there, and reads how far it is: what a write with an unclear outcome did is known after it.</summary>
    /// <returns>The begin of the last window it has, with rows or as the last one of a write, UTC milliseconds since 1970; <see langword="null"/> when it has none.</returns>
    /// <exception cref="SinkException">It cannot now.</exception>
    Task<long?> ReadLastAsync(RollupShape shape, CancellationToken cancellationToken);

    /// <summary>Writes windows, all of them or none.</summary>
    /// <param name="shape">Their columns.</param>
    /// <param name="windows">One or more, each with rows, ascending, all after the last one that was read or written.</param>
    /// <param name="cancellationToken">Gives up before it has begun.</param>
    /// <exception cref="SinkException">They are not written, or may not be: read before the next write.</exception>
    Task WriteAsync(RollupShape shape, IReadOnlyList<ViewWindow> windows, CancellationToken cancellationToken);
}
