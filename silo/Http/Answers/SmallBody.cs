using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Analytics.Silo.Http.Answers;

/// <summary>Reads the body of a request that asks for something, within its limit.</summary>
internal static class SmallBody
{
    /// <summary>The body; <see langword="null"/> when it is larger than allowed.</summary>
    public static async Task<byte[]?> ReadAsync(HttpContext context, int bytesMax)
    {
        if (context.Request.ContentLength > bytesMax)
        {
            return null;
        }

        using var body = new MemoryStream();
        var buffer = new byte[8 * 1024];
        int count;
        while ((count = await context.Request.Body.ReadAsync(buffer, context.RequestAborted)) > 0)
        {
            if (body.Length + count > bytesMax)
            {
                return null;
            }

            body.Write(buffer, 0, count);
        }

        return body.ToArray();
    }

    /// <summary>The body as JSON; <see langword="null"/> when the request has been answered with a problem.</summary>
    /// <param name="context">The request.</param>
    /// <param name="type">What the body is read as.</param>
    /// <param name="bytesMax">Bytes that it may have (<c>Analytics:Http:QueryBodyBytesMax</c>).</param>
    /// <param name="invalid">The problem of a body that is none, from what is wrong with it.</param>
    /// <param name="wanted">What the body must be, for people.</param>
    public static async Task<T?> ReadJsonAsync<T>(HttpContext context, JsonTypeInfo<T> type, int bytesMax, Func<string, Problem> invalid, string wanted)
        where T : class
    {
        Problem problem;
        try
        {
            if (await ReadAsync(context, bytesMax) is not { } body)
            {
                problem = TooLarge(bytesMax);
            }
            else if (JsonSerializer.Deserialize(body, type) is { } request)
            {
                return request;
            }
            else
            {
                problem = invalid($"The body must be {wanted}, not null.");
            }
        }
        catch (JsonException exception)
        {
            problem = invalid($"The body must be {wanted}: {exception.Message}");
        }

        await problem.WriteAsync(context);
        return null;
    }

    /// <summary>413: it is.</summary>
    public static Problem TooLarge(int bytesMax) => new(
        StatusCodes.Status413PayloadTooLarge, ProblemCodes.BodyTooLarge, $"The body has more than {bytesMax} bytes (Analytics:Http:QueryBodyBytesMax).");
}
