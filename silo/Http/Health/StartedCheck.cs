namespace Analytics.Silo.Http.Health;

/// <summary>The process has finished its start and has not begun to stop.</summary>
internal sealed class StartedCheck(IHostApplicationLifetime lifetime) : IReadinessCheck
{
    /// <inheritdoc />
    public string Name => "process";

    /// <inheritdoc />
    public Task CheckAsync(CancellationToken cancellationToken)
    {
        if (lifetime.ApplicationStopping.IsCancellationRequested)
        {
            throw new InvalidOperationException("stopping");
        }

        return lifetime.ApplicationStarted.IsCancellationRequested ? Task.CompletedTask : throw new InvalidOperationException("starting");
    }
}
