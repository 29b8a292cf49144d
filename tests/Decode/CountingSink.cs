using Analytics.GrainInterfaces.Batches;
using Analytics.Silo.Ingest.Decode;

namespace Analytics.Tests.Decode;

/// <summary>Counts how a walker ends its events, for one metric with names of its own.</summary>
internal struct CountingSink : IEventSink
{
    public FieldNames Names { get; init; }

    public int Commits { get; private set; }

    public int Cancels { get; private set; }

    public readonly FieldNames? TryEnter(ReadOnlySpan<byte> project, ReadOnlySpan<byte> metric) => Enter(project, metric);

    public readonly FieldNames Enter(ReadOnlySpan<byte> project, ReadOnlySpan<byte> metric)
    {
        Names.BeginEvent();
        return Names;
    }

    public readonly void Add(int field, FieldKind kind, long bits)
    {
    }

    public readonly void Add(int field, FieldKind kind, ReadOnlySpan<byte> bytes)
    {
    }

    public void Commit(in InputRange input, long? timeMs, ReadOnlySpan<byte> id) => Commits++;

    public void Cancel() => Cancels++;

    public readonly void Reject(in InputRange input, ReadOnlySpan<byte> raw, InputError error, ReadOnlySpan<byte> project, ReadOnlySpan<byte> metric)
    {
    }
}
