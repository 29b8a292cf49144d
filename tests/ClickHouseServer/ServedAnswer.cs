using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Xunit;

namespace Analytics.Tests.ClickHouseServer;

/// <summary>An answer of the served engine, read whole, as it came: compressed if it is.</summary>
internal sealed record ServedAnswer(int Status, byte[] Bytes, HttpResponseHeaders Headers, HttpContentHeaders ContentHeaders)
{
    /// <summary>Whether the answer said its length before it came.</summary>
    public bool HasLength => ContentHeaders.TryGetValues("Content-Length", out _);

    public string Text => Encoding.UTF8.GetString(Bytes);

    public string? ContentType => ContentHeaders.TryGetValues("Content-Type", out var values) ? values.Single() : null;

    /// <summary>One of ClickHouse's headers, by the end of its name.</summary>
    public string? Header(string name) => Headers.TryGetValues("X-ClickHouse-" + name, out var values) ? values.Single() : null;

    /// <summary>A number of the summary.</summary>
    public long Summary(string name)
    {
        using var summary = JsonDocument.Parse(Header("Summary")!);
        return long.Parse(summary.RootElement.GetProperty(name).GetString()!, CultureInfo.InvariantCulture);
    }

    /// <summary>Fails unless it is an answer with this text.</summary>
    public ServedAnswer MustBe(string text)
    {
        Assert.Equal((200, text), (Status, Text));
        Assert.Null(Header("Exception-Code"));
        return this;
    }

    /// <summary>Fails unless it is an answer; its lines.</summary>
    public int MustBeRows()
    {
        Assert.Equal(200, Status);
        return Text.Count(c => c == '\n');
    }

    /// <summary>Fails unless it is an error in ClickHouse's form.</summary>
    public ServedAnswer MustFail(HttpStatusCode status, int code, string name)
    {
        Assert.StartsWith($"Code: {code.ToString(CultureInfo.InvariantCulture)}. DB::Exception: ", Text, StringComparison.Ordinal);
        Assert.Contains($"({name}) (version 26.7.", Text, StringComparison.Ordinal);
        Assert.EndsWith(")\n", Text, StringComparison.Ordinal);
        Assert.Equal(((int)status, code.ToString(CultureInfo.InvariantCulture), "text/plain; charset=UTF-8"), (Status, Header("Exception-Code"), ContentType));
        return this;
    }
}
