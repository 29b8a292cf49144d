using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Analytics.Tests.Metrics;

/// <summary>Keeps what was logged, so that a test can say why something did not come to an end.</summary>
internal sealed class FailureLog : ILoggerFactory, ILogger
{
    private readonly ConcurrentQueue<string> _messages = new();

    /// <summary>The exceptions and messages so far.</summary>
    public IReadOnlyCollection<string> Messages => _messages;

    public ILogger CreateLogger(string categoryName) => this;

    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException();

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        _messages.Enqueue($"{formatter(state, exception)}: {exception?.Message}");

    public void Dispose()
    {
    }
}
