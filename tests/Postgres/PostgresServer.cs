using System.Diagnostics;
using System.Globalization;
using Analytics.Tests.Kafka;
using Npgsql;
using Xunit;

namespace Analytics.Tests.Postgres;

/// <summary>A real PostgreSQL on a free port of 127.0.0.1, its files in a folder of its own. It can be stopped and started again. It refuses to run as root, who runs it as the user of Debian's package.</summary>
internal sealed class PostgresServer : IAsyncDisposable
{
    private const string Installed = "/usr/lib/postgresql";
    private const string User = "postgres";

    private static readonly TimeSpan StartMax = TimeSpan.FromSeconds(30);
    private static readonly string[] AsUser = Environment.IsPrivilegedProcess ? ["setpriv", $"--reuid={User}", $"--regid={User}", "--clear-groups", "--"] : [];

    private readonly int _port = FreePort.Next();
    private readonly string _directory = Directory.CreateTempSubdirectory("analytics-postgres-").FullName;
    private BoundProcess? _process;
    private int _databases;

    /// <summary>What a client connects with.</summary>
    public string ConnectionString => ConnectionStringOf(User);

    private string Data => Path.Combine(_directory, "data");

    /// <summary>Makes a database and starts the server.</summary>
    public static async Task<PostgresServer> StartNewAsync()
    {
        Assert.SkipUnless(Directory.Exists(Installed), "PostgreSQL is not installed: ./test tells how.");
        var server = new PostgresServer();
        if (Environment.IsPrivilegedProcess)
        {
            await RunAsync("chown", User, server._directory);
        }

        await RunAsync([.. AsUser, Program("initdb"), "--pgdata", server.Data, "--username", User, "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync"]);
        await server.StartAsync();
        return server;
    }

    /// <summary>Starts it and waits until it takes connections.</summary>
    public async Task StartAsync()
    {
        // Whoever becomes somebody else loses the signal that ends it with the tests: it is asked for again.
        _process = BoundProcess.Start(
            "ready to accept connections",
            [
                .. AsUser, "setpriv", "--pdeathsig", "KILL", "--", Program("postgres"), "-D", Data, "-p", _port.ToString(CultureInfo.InvariantCulture),
                "-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=", "-c", "fsync=off", "-c", "shared_buffers=16MB", "-c", "max_connections=100", "-c", "log_timezone=UTC",
            ]);
        await _process.UntilReadyAsync(StartMax);
    }

    /// <summary>Stops it at once; connections break.</summary>
    public async Task StopAsync()
    {
        await RunAsync([.. AsUser, Program("pg_ctl"), "-D", Data, "-m", "immediate", "-w", "stop"]);
        await _process!.DisposeAsync();
        _process = null;
    }

    /// <summary>Makes an empty database.</summary>
    /// <returns>Its connection string.</returns>
    public async Task<string> CreateDatabaseAsync()
    {
        var name = $"d{Interlocked.Increment(ref _databases)}";
        await ExecuteAsync($"CREATE DATABASE {name}");
        return ConnectionStringOf(name);
    }

    /// <summary>Runs statements.</summary>
    public async Task ExecuteAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(ConnectionString + ";Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>The rows of a query, columns as texts with blanks between, NULL as a dash.</summary>
    public async Task<string[]> ReadAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(ConnectionString + ";Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<string>();
        while (await reader.ReadAsync())
        {
            rows.Add(string.Join(' ', Enumerable.Range(0, reader.FieldCount).Select(i => reader.IsDBNull(i) ? "-" : Convert.ToString(reader.GetValue(i), CultureInfo.InvariantCulture))));
        }

        return [.. rows];
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            await StopAsync();
        }

        Directory.Delete(_directory, recursive: true);
    }

    private string ConnectionStringOf(string database) => $"Host=127.0.0.1;Port={_port};Username={User};Database={database}";

    private static string Program(string name) =>
        Directory.GetDirectories(Installed).Select(version => Path.Combine(version, "bin", name)).Where(File.Exists).Order(StringComparer.Ordinal).LastOrDefault()
        ?? throw new InvalidOperationException($"{name} is not installed: Debian's package postgresql has it.");

    private static async Task RunAsync(params string[] command)
    {
        using var process = Process.Start(new ProcessStartInfo(command[0], command[1..]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync().WaitAsync(StartMax);
        Assert.True(process.ExitCode == 0, $"{string.Join(' ', command)} ended with {process.ExitCode}: {await output}{await errors}");
    }
}
