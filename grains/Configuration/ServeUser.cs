using System.Text;

namespace Analytics.Grains.Configuration;

/// <summary>One of <c>Analytics:ClickHouse:ServeUsers</c>: who may use the served engine, and for what.</summary>
public sealed record ServeUser
{
    /// <summary><see cref="Access"/>: queries, with the limits of users' SQL.</summary>
    public const string Read = "Read";

    /// <summary><see cref="Access"/>: everything.</summary>
    public const string Full = "Full";

    /// <summary>The name, as clients send it.</summary>
    public string Name { get; init; } = "";

    /// <summary>The password; empty for none, which only a loopback address allows. Never logged.</summary>
    public string Password { get; init; } = "";

    /// <summary><see cref="Read"/>: SELECT, SHOW, DESCRIBE and the like on tables, with the limits of users' SQL (<c>Query…Max</c>). <see cref="Full"/>: also
    /// tables, inserts, settings, files and other servers, without limits, as the product itself.</summary>
    public string Access { get; init; } = Read;

    /// <summary>Everything but the password.</summary>
    private bool PrintMembers(StringBuilder text)
    {
        text.Append("Name = ").Append(Name).Append(", Access = ").Append(Access);
        return true;
    }
}
