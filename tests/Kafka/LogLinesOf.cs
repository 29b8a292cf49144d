using Analytics.Tests.Log;
using Microsoft.Extensions.Logging;

namespace Analytics.Tests.Kafka;

/// <summary>Keeps what a class has logged.</summary>
internal sealed class LogLinesOf<TClass>(LogLines lines) : ILogger<TClass>
{
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        lines.Log(logLevel, eventId, state, exception, formatter);
}
