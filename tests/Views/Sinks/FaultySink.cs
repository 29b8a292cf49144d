using Analytics.GrainInterfaces.Views;
using Analytics.Grains.Views.Sinks;

namespace Analytics.Tests.Views.Sinks;

/// <summary>A real sink that fails before or after it has written, when told; or does what a wrong one would.</summary>
internal sealed class FaultySink(IViewSink inner, Func<SinkFault> next) : IViewSink
{
    /// <summary>Windows of the largest write.</summary>
    public int WindowsSeenMax { get; private set; }

    public string Table => inner.Table;

    public int WindowsMax => inner.WindowsMax;

    public Task<long?> ReadLastAsync(RollupShape shape, CancellationToken cancellationToken) =>
        next() == SinkFault.Before ? throw new SinkException("It cannot be read.") : inner.ReadLastAsync(shape, cancellationToken);

    public async Task WriteAsync(RollupShape shape, IReadOnlyList<ViewWindow> windows, CancellationToken cancellationToken)
    {
        WindowsSeenMax = Math.Max(WindowsSeenMax, windows.Count);
        switch (next())
        {
            case SinkFault.Before:
                throw new SinkException("It was not written.");
            case SinkFault.After:
                await inner.WriteAsync(shape, windows, cancellationToken);
                throw new SinkException("It was written, and nobody knows.");
            case SinkFault.Twice:
                await inner.WriteAsync(shape, windows, cancellationToken);
                await inner.WriteAsync(shape, windows, cancellationToken);
                break;
            case SinkFault.Never:
                break;
            default:
                await inner.WriteAsync(shape, windows, cancellationToken);
                break;
        }
    }
}
