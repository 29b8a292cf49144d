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

    /// <summary>413: it is.</summary>
    public static Problem TooLarge(int bytesMax) => new(
        StatusCodes.Status413PayloadTooLarge, ProblemCodes.BodyTooLarge, $"The body has more than {bytesMax} bytes (Analytics:Http:QueryBodyBytesMax).");
}
