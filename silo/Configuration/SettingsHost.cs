namespace Analytics.Silo.Configuration;

/// <summary>Where settings come from: <c>appsettings.json</c> of the current directory, the environment, the command line.</summary>
internal static class SettingsHost
{
    // Settings count from the start on. Watching their files would watch every directory below the current one, that of the data among them: seconds of
    // kernel time in a large tree, and work for each part that a table gets.
    private const string WithoutWatching = "--hostBuilder:reloadConfigOnChange=false";

    /// <summary>A builder that has read them.</summary>
    public static WebApplicationBuilder CreateBuilder(string[] args) => WebApplication.CreateBuilder([WithoutWatching, .. args]);
}
