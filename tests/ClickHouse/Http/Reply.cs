using System.Globalization;
using System.IO.Compression;
using System.Text;

namespace Analytics.Tests.ClickHouse.Http;

/// <summary>What <see cref="FaultyServer"/> answers.</summary>
internal sealed record Reply(int Status, byte[] Body)
{
    public ReplyEnd End { get; init; }

    public IReadOnlyList<(string Name, string Value)> Headers { get; init; } = [];

    /// <summary>Waited for before anything is answered.</summary>
    public Task After { get; init; } = Task.CompletedTask;

    public static Reply Ok(string text = "") => new(200, Encoding.UTF8.GetBytes(text));

    public static Reply Ending(ReplyEnd end, string text = "") => Ok(text) with { End = end };

    /// <summary>An error as a server says it before it has answered anything.</summary>
    public static Reply Error(int code, string name, string text, int status = 500) =>
        new(status, Encoding.UTF8.GetBytes($"Code: {code}. DB::Exception: {text}. ({name}) (version 24.8.4.13 (official build))\n"))
        {
            Headers = [("X-ClickHouse-Exception-Code", code.ToString(CultureInfo.InvariantCulture))],
        };

    public Reply With(string header, string value) => this with { Headers = [.. Headers, (header, value)] };

    /// <summary>The body in gzip; all of it, or only its first bytes.</summary>
    public Reply InGzip(int? bytesMax = null)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest))
        {
            gzip.Write(Body);
        }

        var bytes = packed.ToArray();
        return With("Content-Encoding", "gzip") with { Body = bytes[..(bytesMax ?? bytes.Length)] };
    }
}
