using System.Globalization;
using System.Text.Json;
using System.Text.Unicode;
using Analytics.Silo.Http.Answers;

namespace Analytics.Silo.Http.Collect;

/// <summary>The answer to a body: <c>{"accepted":n,"rejected":k,"errors":[{"index":i,"code":"…","message":"…"}]}</c>.</summary>
internal static class CollectAnswer
{
    // {"accepted":2147483647,"rejected":0,"errors":[]}
    private const int PlainBytesMax = 64;

    /// <summary>Answers 202, or 400 when nothing in the body could be read.</summary>
    public static Task WriteAsync(HttpContext context, CutBody cut)
    {
        if (!cut.IsReadable)
        {
            var (_, error) = cut.Errors![0];
            return new Problem(StatusCodes.Status400BadRequest, error.Code, error.Message)
            {
                WriteMore = json => WriteMembers(json, cut),
            }.WriteAsync(context);
        }

        context.Response.StatusCode = StatusCodes.Status202Accepted;
        if (cut.Rejected == 0)
        {
            WritePlain(context, cut.Accepted);
            return Task.CompletedTask;
        }

        return JsonAnswer.WriteAsync(context, cut, static (json, cut) =>
        {
            json.WriteStartObject();
            WriteMembers(json, cut);
            json.WriteEndObject();
        });
    }

    // Nearly every answer: written into the connection's own buffer, sent when the request ends.
    private static void WritePlain(HttpContext context, int accepted)
    {
        var span = context.Response.BodyWriter.GetSpan(PlainBytesMax);
        Utf8.TryWrite(span, CultureInfo.InvariantCulture, $"{{\"accepted\":{accepted},\"rejected\":0,\"errors\":[]}}", out var length);
        context.Response.ContentType = JsonAnswer.JsonType;
        context.Response.ContentLength = length;
        context.Response.BodyWriter.Advance(length);
    }

    private static void WriteMembers(Utf8JsonWriter json, CutBody cut)
    {
        json.WriteNumber("accepted"u8, cut.Accepted);
        json.WriteNumber("rejected"u8, cut.Rejected);
        json.WriteStartArray("errors"u8);
        foreach (var (index, error) in cut.Errors ?? [])
        {
            json.WriteStartObject();
            json.WriteNumber("index"u8, index);
            json.WriteString("code"u8, error.Code);
            json.WriteString("message"u8, error.Message);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        if (cut.Rejected > CutBody.ErrorsMax)
        {
            json.WriteNumber("errors_omitted"u8, cut.Rejected - CutBody.ErrorsMax);
        }
    }
}
