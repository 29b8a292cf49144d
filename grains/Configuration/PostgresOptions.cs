using System.Text;

namespace Analytics.Grains.Configuration;

/// <summary><c>Analytics:Postgres</c>: the PostgreSQL database that several silos meet in, and that views write to which have it among their sinks.</summary>
public sealed record PostgresOptions
{
    /// <summary>How it is reached, in Npgsql's words: <c>Host=…;Username=…;Password=…;Database=…</c>; <see langword="null"/> for none. Never logged.</summary>
    public string? ConnectionString { get; init; }

    /// <summary>Connections of views at once, 1-100. A write takes milliseconds, and each view has one at a time; PostgreSQL's own limit is 100 for everybody.</summary>
    public int Connections { get; init; } = 4;

    /// <summary>Seconds to connect, and for a statement, 1-3,600; then it has failed and is tried again. The live state does not wait.</summary>
    public int SecondsMax { get; init; } = 15;

    /// <summary>Everything but the connection string, which has a password in it.</summary>
    private bool PrintMembers(StringBuilder text)
    {
        text.Append("Connections = ").Append(Connections).Append(", SecondsMax = ").Append(SecondsMax);
        return true;
    }
}
