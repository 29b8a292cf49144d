using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Npgsql;
using Xunit;

namespace Analytics.Tests.Postgres;

/// <summary>A real PostgreSQL of the system's packages, on a free port of 127.0.0.1 and a folder of its own. It refuses to run as root, so root lends it the package's user.</summary>
internal sealed class PostgresServer : IAsyncDisposable
{
    private const string Installed = "/usr/lib/postgresql";
    private const string User = "postgres";

    private static readonly TimeSpan StartMax = TimeSpan.FromSeconds(60);

    private readonly string _directory;
    private readonly int _port;
    private readonly Process _process;
    private int _databases;

    private PostgresServer(string directory, int port)
    {
        _directory = directory;
        _port = port;
        _process = ProcessStarter.Start(
            [.. AsUser, Path.Combine(Programs, "postgres"), "-D", Path.Combine(directory, "data"), "-p", $"{port}", "-h", "127.0.0.1", "-k", directory, "-F"]);
        _process.OutputDataReceived += static (_, _) => { };
        _process.ErrorDataReceived += static (_, _) => { };
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    private static string Programs => Path.Combine(
        Directory.GetDirectories(Installed).OrderBy(version => int.Parse(Path.GetFileName(version), System.Globalization.CultureInfo.InvariantCulture)).Last(), "bin");

    // The signal for the death of this process is forgotten with the change of user, so it is asked for again.
    private static string[] AsUser => Environment.UserName == "root"
        ? ["setpriv", "--reuid", User, "--regid", User, "--clear-groups", "--pdeathsig", "KILL", "--"]
        : [];

    /// <summary>Starts a server without databases.</summary>
    public static async Task<PostgresServer> StartAsync()
    {
        Assert.SkipUnless(Directory.Exists(Installed), "PostgreSQL is not installed: ./test tells how.");
        var directory = Directory.CreateTempSubdirectory("analytics-postgres-").FullName;
        if (AsUser.Length > 0)
        {
            await RunAsync("chown", User, directory);
        }

        await RunAsync([
            .. AsUser, Path.Combine(Programs, "initdb"), "-D", Path.Combine(directory, "data"), "--no-sync", "-U", User, "--auth=trust", "-E", "UTF8", "--locale=C"]);
        var server = new PostgresServer(directory, FreePort());
        try
        {
            await Eventually.IsTrueAsync(server.IsReadyAsync, StartMax, () => "PostgreSQL does not answer");
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Makes an empty database.</summary>
    /// <returns>Its connection string.</returns>
    public async Task<string> CreateDatabaseAsync()
    {
        var name = $"d{Interlocked.Increment(ref _databases)}";
        await using var connection = new NpgsqlConnection(ConnectionString(User));
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand($"CREATE DATABASE {name}", connection);
        await command.ExecuteNonQueryAsync();
        return ConnectionString(name);
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    private string ConnectionString(string database) => $"Host=127.0.0.1;Port={_port};Username={User};Database={database}";

    private async Task<bool> IsReadyAsync()
    {
        try
        {
            await using var connection = new NpgsqlConnection(ConnectionString(User) + ";Pooling=false");
            await connection.OpenAsync();
            return true;
        }
        catch (NpgsqlException)
        {
            return false;
        }
    }

    private static async Task RunAsync(params string[] command)
    {
        using var process = ProcessStarter.Start(command);
        var output = await process.StandardOutput.ReadToEndAsync() + await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, $"{command[0]}: {output}");
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
