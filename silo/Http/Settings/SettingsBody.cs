using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Analytics.Silo.Http.Answers;

namespace Analytics.Silo.Http.Settings;

/// <summary>Reads a body that decides something.</summary>
internal static class SettingsBody
{
    /// <summary>The body; <see langword="null"/> when the request has been answered with a problem.</summary>
    public static async Task<T?> ReadAsync<T>(HttpContext context, JsonTypeInfo<T> type, int bytesMax)
        where T : class
    {
        Problem problem;
        try
        {
            if (await SmallBody.ReadAsync(context, bytesMax) is not { } body)
            {
                problem = SmallBody.TooLarge(bytesMax);
            }
            else if (JsonSerializer.Deserialize(body, type) is { } request)
            {
                return request;
            }
            else
            {
                problem = SettingsProblems.Invalid("The body must be an object, not null.");
            }
        }
        catch (JsonException exception)
        {
            problem = SettingsProblems.Invalid($"The body is not as it should be: {exception.Message}");
        }

        await problem.WriteAsync(context);
        return null;
    }
}
