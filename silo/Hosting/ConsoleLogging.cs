namespace Analytics.Silo.Hosting;

/// <summary>One line an event on the console: what is ours from Information on, of the frameworks only warnings.</summary>
internal static class ConsoleLogging
{
    /// <summary>Sets providers and levels; appsettings and environment (<c>Logging__LogLevel__…</c>) may change the levels.</summary>
    public static void Configure(ILoggingBuilder logging)
    {
        logging.AddSimpleConsole(console =>
        {
            console.SingleLine = true;
            console.TimestampFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z' ";
            console.UseUtcTimestamp = true;
        });
        logging.AddFilter("Microsoft", LogLevel.Warning);
        logging.AddFilter("Orleans", LogLevel.Warning);
        // What Orleans places actors with tells of each time; what comes of it, Orleans tells.
        logging.AddFilter("Polly", LogLevel.Critical);
        logging.AddFilter("Microsoft.Hosting.Lifetime", LogLevel.Information);
    }
}
