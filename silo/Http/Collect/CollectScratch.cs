using Analytics.Grains.Configuration;
using Analytics.Silo.Ingest.Decode;
using Microsoft.Extensions.ObjectPool;

namespace Analytics.Silo.Http.Collect;

/// <summary>What one request needs while its body is cut, kept for the next one.</summary>
internal sealed class CollectScratch(LimitsOptions limits) : IResettable
{
    // Lists longer than this are let go: 16 Ki entries are half a megabyte.
    private const int KeptEntriesMax = 16 * 1024;

    /// <summary>Splits the body.</summary>
    public EventSplitter Splitter { get; } = new(limits);

    /// <summary>The events of the body.</summary>
    public List<SplitEvent> Found { get; } = [];

    /// <inheritdoc />
    public bool TryReset()
    {
        Found.Clear();
        return Found.Capacity <= KeptEntriesMax;
    }
}
