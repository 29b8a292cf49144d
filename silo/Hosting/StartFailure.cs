using Analytics.Grains.ClickHouse;
using Analytics.Silo.Configuration;
using Analytics.Silo.Log;

namespace Analytics.Silo.Hosting;

/// <summary>Failures of a start that the operator can mend: shown as their own sentence, without a stack.</summary>
internal static class StartFailure
{
    /// <summary>The sentence, or <see langword="null"/> when the failure is a defect and its stack is wanted.</summary>
    public static string? Describe(Exception exception) => exception switch
    {
        SettingsException => exception.Message,
        EventLogException or ClickHouseException => $"The start has failed: {exception.Message}",

        // A folder that cannot be written, a full disk, an address in use.
        IOException or UnauthorizedAccessException => $"The start has failed: {exception.Message}",
        _ => null,
    };
}
