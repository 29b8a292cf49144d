using System.Text;

namespace Analytics.Grains.Configuration;

/// <summary><c>Analytics:Postgres</c>: the PostgreSQL database that several silos meet in.</summary>
public sealed record PostgresOptions
{
    /// <summary>How it is reached, in Npgsql's words: <c>Host=…;Username=…;Password=…;Database=…</c>; <see langword="null"/> for none. Never logged.</summary>
    public string? ConnectionString { get; init; }

    /// <summary>Nothing: a connection string has a password in it.</summary>
    private bool PrintMembers(StringBuilder text)
    {
        text.Append("ConnectionString = ").Append(ConnectionString is null ? "none" : "given");
        return true;
    }
}
