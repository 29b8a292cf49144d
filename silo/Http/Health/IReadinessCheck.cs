namespace Analytics.Silo.Http.Health;

/// <summary>One thing that must work before the server takes requests.</summary>
internal interface IReadinessCheck
{
    /// <summary>Short name, as <c>/readyz</c> shows it.</summary>
    string Name { get; }

    /// <summary>What does not work and does not keep the server from serving the rest; <see langword="null"/> when there is nothing.</summary>
    string? Warning => null;

    /// <summary>Completes when it works.</summary>
    /// <exception cref="Exception">It does not; the message says why.</exception>
    Task CheckAsync(CancellationToken cancellationToken);
}
