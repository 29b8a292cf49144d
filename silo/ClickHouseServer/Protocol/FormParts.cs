using System.Text;
using Analytics.Grains.ClickHouse;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace Analytics.Silo.ClickHouseServer.Protocol;

/// <summary>
/// A body of <c>multipart/form-data</c>, in which programs send a query and values that are too long for an address. Parts that are files would be
/// ClickHouse's "external data", which is not offered.
/// </summary>
internal static class FormParts
{
    private const int BoundaryCharsMax = 200;

    /// <summary>The boundary between parts; <see langword="null"/> when a request's body is no form.</summary>
    public static string? BoundaryOf(HttpRequest request) =>
        MediaTypeHeaderValue.TryParse(request.ContentType, out var type) && type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase)
            && HeaderUtilities.RemoveQuotes(type.Boundary) is { Length: > 0 and <= BoundaryCharsMax } boundary
            ? boundary.Value
            : null;

    /// <summary>Adds the parts to the parameters of the address.</summary>
    /// <exception cref="ClickHouseException">A part is a file, or the body is no form.</exception>
    public static async Task AddAsync(RequestParameters parameters, string boundary, ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        try
        {
            var reader = new MultipartReader(boundary, new MemoryStream(body.ToArray(), writable: false));
            while (await reader.ReadNextSectionAsync(cancellationToken) is { } section)
            {
                if (section.GetContentDispositionHeader() is not { } disposition || disposition.IsFileDisposition())
                {
                    throw new ClickHouseException(ErrorCodes.NotImplemented, "External data (files of a form) is not offered: only parts query and param_NAME.");
                }

                using var text = new MemoryStream();
                await section.Body.CopyToAsync(text, cancellationToken);
                parameters.Add(HeaderUtilities.RemoveQuotes(disposition.Name).ToString(), Encoding.UTF8.GetString(text.ToArray()));
            }
        }
        catch (Exception exception) when (exception is IOException or InvalidDataException)
        {
            throw new ClickHouseException(ErrorCodes.BadArguments, $"The body is no form as its Content-Type says: {exception.Message}", inner: exception);
        }
    }
}
