using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Analytics.Silo.Http.Answers;

/// <summary>Writes JSON answers whole, with their length, so that connections stay open and a failure half-way never sends half an object.</summary>
internal static class JsonAnswer
{
    /// <summary>Content type of answers.</summary>
    public const string JsonType = "application/json";

    /// <summary>Content type of problems.</summary>
    public const string ProblemType = "application/problem+json";

    // Names and values are shown as they are: the answer is JSON, never part of an HTML page.
    private static readonly JsonWriterOptions WriterOptions = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        SkipValidation = true,
    };

    /// <summary>Answers 200 with what <paramref name="write"/> writes.</summary>
    public static Task WriteAsync<TState>(HttpContext context, TState state, Action<Utf8JsonWriter, TState> write) =>
        WriteAsync(context, JsonType, state, write);

    /// <summary>Answers with the status set before, the given type and what <paramref name="write"/> writes.</summary>
    public static Task WriteAsync<TState>(HttpContext context, string contentType, TState state, Action<Utf8JsonWriter, TState> write) =>
        WriteBytesAsync(context, contentType, Bytes(state, write));

    /// <summary>What <paramref name="write"/> writes.</summary>
    public static ReadOnlyMemory<byte> Bytes<TState>(TState state, Action<Utf8JsonWriter, TState> write)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var json = new Utf8JsonWriter(buffer, WriterOptions))
        {
            write(json, state);
        }

        return buffer.WrittenMemory;
    }

    /// <summary>Answers with the status set before and these bytes.</summary>
    public static Task WriteBytesAsync(HttpContext context, string contentType, ReadOnlyMemory<byte> bytes)
    {
        context.Response.ContentType = contentType;
        context.Response.ContentLength = bytes.Length;
        return context.Response.Body.WriteAsync(bytes, context.RequestAborted).AsTask();
    }
}
