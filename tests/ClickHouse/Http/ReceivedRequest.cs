using System.Text;

namespace Analytics.Tests.ClickHouse.Http;

/// <summary>A request as <see cref="FaultyServer"/> got it.</summary>
/// <param name="Method">For example POST.</param>
/// <param name="Target">Path and query.</param>
/// <param name="Headers">By name, in any case of letters.</param>
/// <param name="Body">Decompressed.</param>
internal sealed record ReceivedRequest(string Method, string Target, IReadOnlyDictionary<string, string> Headers, byte[] Body)
{
    /// <summary>The parts of the query, decoded.</summary>
    public IReadOnlyDictionary<string, string> Query { get; } = Target[(Target.IndexOf('?', StringComparison.Ordinal) + 1)..]
        .Split('&').Select(part => part.Split('=', 2)).ToDictionary(pair => Uri.UnescapeDataString(pair[0]), pair => Uri.UnescapeDataString(pair[^1]));

    /// <summary>The body as text.</summary>
    public string Text => Encoding.UTF8.GetString(Body);

    /// <summary>Whether it asks for the version, as every server is first.</summary>
    public bool IsVersion => Text == "SELECT version()";

    /// <summary>User and password.</summary>
    public string Credentials => Encoding.UTF8.GetString(Convert.FromBase64String(Headers["Authorization"]["Basic ".Length..]));
}
