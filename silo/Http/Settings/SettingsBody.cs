using System.Text.Json.Serialization.Metadata;
using Analytics.Silo.Http.Answers;

namespace Analytics.Silo.Http.Settings;

/// <summary>Reads a body that decides something.</summary>
internal static class SettingsBody
{
    /// <summary>The body; <see langword="null"/> when the request has been answered with a problem.</summary>
    public static Task<T?> ReadAsync<T>(HttpContext context, JsonTypeInfo<T> type, int bytesMax)
        where T : class =>
        SmallBody.ReadJsonAsync(context, type, bytesMax, SettingsProblems.Invalid, "an object with what is decided");
}
