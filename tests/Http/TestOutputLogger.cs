using Microsoft.Extensions.Logging;
using Xunit;

namespace Analytics.Tests.Http;

/// <summary>Shows a server's errors with the test that caused them.</summary>
internal sealed class TestOutputLogger : ILoggerProvider, ILogger
{
    // Taken while the test runs: the server's threads have no current test.
    private readonly ITestOutputHelper? _output = TestContext.Current.TestOutputHelper;

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Error;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (IsEnabled(logLevel))
        {
            _output?.WriteLine($"{formatter(state, exception)} {exception}");
        }
    }

    public void Dispose()
    {
    }
}
