using System.Collections.Concurrent;

namespace Analytics.Tests.OrleansEmbedded.Support;

/// <summary>How a test and its grains talk past the calls: notes that grains write, and gates at which grains wait for the test.</summary>
internal sealed class Probe
{
    private readonly ConcurrentDictionary<string, TaskCompletionSource> _gates = new();
    private readonly ConcurrentQueue<string> _notes = new();

    public IReadOnlyList<string> Notes => [.. _notes];

    public void Note(string text) => _notes.Enqueue(text);

    public int Count(string text) => _notes.Count(note => note == text);

    /// <summary>Notes the arrival and waits until the test opens the gate.</summary>
    public Task PassAsync(string gate)
    {
        Note($"at {gate}");
        return GateOf(gate).Task;
    }

    public void Open(string gate) => GateOf(gate).TrySetResult();

    /// <summary>Waits until a note was written <paramref name="count"/> times.</summary>
    public Task SeenAsync(string text, int count = 1) => Eventually.TrueAsync(
        () => Count(text) >= count, () => $"\"{text}\" {count} times; got: {string.Join(", ", Notes)}");

    private TaskCompletionSource GateOf(string gate) => _gates.GetOrAdd(gate, _ => new(TaskCreationOptions.RunContinuationsAsynchronously));
}
