using Analytics.Silo.Http.Answers;

namespace Analytics.Silo.Http.Collect;

/// <summary>What became of a body.</summary>
/// <param name="Body">The body; beside a problem, the raw bytes that must become a dead letter. The receiver disposes it.</param>
/// <param name="Problem">Why the body cannot be used.</param>
internal readonly record struct BodyIntakeResult(BodyBuffer? Body, Problem? Problem) : IDisposable
{
    /// <inheritdoc />
    public void Dispose() => Body?.Dispose();
}
