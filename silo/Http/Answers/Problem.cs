using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.WebUtilities;

namespace Analytics.Silo.Http.Answers;

/// <summary>One refusal, answered as <c>application/problem+json</c>: <c>type</c>, <c>title</c>, <c>status</c>, <c>detail</c> and a stable <c>code</c>.</summary>
/// <param name="Status">HTTP status, 400-599.</param>
/// <param name="Code">Stable; callers may switch on it.</param>
/// <param name="Detail">What is wrong, in the caller's words.</param>
internal sealed record Problem(int Status, string Code, string Detail)
{
    /// <summary>Seconds for <c>Retry-After</c>; 0 for none.</summary>
    public int RetryAfterSeconds { get; init; }

    /// <summary>Writes further members of the object.</summary>
    public Action<Utf8JsonWriter>? WriteMore { get; init; }

    /// <summary>Answers the request with this problem.</summary>
    public Task WriteAsync(HttpContext context)
    {
        context.Response.StatusCode = Status;
        if (RetryAfterSeconds > 0)
        {
            context.Response.Headers.RetryAfter = RetryAfterSeconds.ToString(CultureInfo.InvariantCulture);
        }

        return JsonAnswer.WriteAsync(context, JsonAnswer.ProblemType, this, static (json, problem) => problem.WriteTo(json));
    }

    private void WriteTo(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("type"u8, "urn:analytics:problem:" + Code);
        json.WriteString("title"u8, ReasonPhrases.GetReasonPhrase(Status));
        json.WriteNumber("status"u8, Status);
        json.WriteString("detail"u8, Detail);
        json.WriteString("code"u8, Code);
        WriteMore?.Invoke(json);
        json.WriteEndObject();
    }
}
