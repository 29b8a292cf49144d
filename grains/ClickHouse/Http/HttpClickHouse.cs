using System.Text;
using System.Text.RegularExpressions;
using Analytics.Grains.Configuration;
using Microsoft.Extensions.Logging;

namespace Analytics.Grains.ClickHouse.Http;

/// <summary>ClickHouse servers over their HTTP interface, version 24.8 and newer: one, or the replicas of one.</summary>
public sealed partial class HttpClickHouse : IClickHouse, IAsyncDisposable
{
    private const int UnknownFormat = 73;

    private static readonly HttpStatement AskVersion = new(StatementKind.Query, "SELECT version()") { Format = "TSVRaw" };
    private static readonly HttpStatement TryReader = new(StatementKind.UserQuery, "SELECT 1") { Format = "TSVRaw" };

    private readonly ILogger<HttpClickHouse> _logger;
    private readonly Replicas _replicas;
    private readonly HttpTransport _transport;
    private readonly StatementLane _owners;
    private readonly StatementLane _readers;
    private readonly string _urls;
    private int _isDisposed;

    private HttpClickHouse(ClickHouseOptions options, IReadOnlyList<Uri> urls, ILogger<HttpClickHouse> logger, TimeProvider time)
    {
        var isCompressed = options.Compression == "On" || (options.Compression == "Auto" && urls.Any(static url => !url.IsLoopback));
        _logger = logger;
        _replicas = new Replicas(urls, time);
        _transport = new HttpTransport(options, isCompressed, time);
        _owners = new StatementLane("ours", options.Connections);
        _readers = new StatementLane("users'", options.QueryConnections);
        Layout = new ServerLayout { Cluster = string.IsNullOrEmpty(options.Cluster) ? null : options.Cluster };
        _urls = string.Join(", ", urls.Select(static url => url.GetLeftPart(UriPartial.Authority)));
    }

    /// <inheritdoc />
    public ServerLayout Layout { get; }

    /// <summary>Statements that wait for their turn, users' SQL included.</summary>
    public int WaitingCount => _owners.WaitingCount + _readers.WaitingCount;

    /// <summary>Statements that run now, users' SQL included.</summary>
    public int RunningCount => _owners.RunningCount + _readers.RunningCount;

    /// <summary>Makes ready what is needed; no server is asked yet.</summary>
    /// <param name="options">Checked already.</param>
    /// <param name="logger">For what happens outside of a statement.</param>
    /// <param name="time">The clock.</param>
    public static HttpClickHouse Open(ClickHouseOptions options, ILogger<HttpClickHouse> logger, TimeProvider time) =>
        ClickHouseUrls.TryParse(options.Url, out var urls)
            ? new HttpClickHouse(options, urls, logger, time)
            : throw new ArgumentException($"ClickHouse:Url must be {ClickHouseUrls.Allowed}.", nameof(options));

    /// <summary>Asks a server for its version, and whether users' SQL can be run as it should.</summary>
    /// <exception cref="ClickHouseAwayException">No server answers.</exception>
    /// <exception cref="ClickHouseException">One is too old, or does not let us in.</exception>
    public async Task ConnectAsync(CancellationToken cancellationToken)
    {
        var version = Encoding.UTF8.GetString(await SendAsync(AskVersion, cancellationToken)).Trim();
        try
        {
            await SendAsync(TryReader, cancellationToken);
        }
        catch (ClickHouseException e) when (e.Code == EngineError.Readonly)
        {
            throw new ClickHouseException(
                e.Code,
                "Users' SQL cannot be limited: the account it runs as (ClickHouse:QueryUser, else ClickHouse:User) must not be read-only by its settings; " +
                $"each statement is made so along with its limits. {e.Message}",
                inner: e);
        }

        LogConnected(_urls, version);
    }

    /// <inheritdoc />
    public async Task ExecuteAsync(string sql, CancellationToken cancellationToken = default)
    {
        // Once begun it runs to its end, whoever waits: half sent it might do half of what it says.
        var statement = new HttpStatement(StatementKind.Execute, sql);
        await _owners.RunAsync(() => SendAsync(statement, CancellationToken.None), cancellationToken).WaitAsync(cancellationToken);
    }

    /// <inheritdoc />
    public Task<byte[]> QueryAsync(
        string sql, string format, IReadOnlyDictionary<string, string>? parameters = null, CancellationToken cancellationToken = default)
    {
        var statement = new HttpStatement(StatementKind.Query, sql) { Format = format, Parameters = parameters };
        return _owners.RunAsync(() => SendAsync(statement, cancellationToken), cancellationToken);
    }

    /// <inheritdoc />
    public Task<byte[]> QueryReadOnlyAsync(
        string sql, string format, IReadOnlyDictionary<string, string>? parameters = null, CancellationToken cancellationToken = default) =>
        _readers.RunAsync(() => ReadAsync(sql, format, parameters, cancellationToken), cancellationToken);

    /// <inheritdoc />
    public async Task InsertAsync(InsertBlock block, CancellationToken cancellationToken = default)
    {
        var statement = new HttpStatement(StatementKind.Insert, InsertSql.Of(block) + " FORMAT Native") { Block = block.Native, Rows = block.Rows };
        await _owners.RunAsync(() => SendAsync(statement, CancellationToken.None), cancellationToken);
    }

    /// <summary>Refuses new and waiting statements, lets the running ones end, closes the connections.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) == 0)
        {
            await _readers.DisposeAsync();
            await _owners.DisposeAsync();
            _transport.Dispose();
            LogClosed(_urls);
        }
    }

    private async Task<byte[]> ReadAsync(string sql, string format, IReadOnlyDictionary<string, string>? parameters, CancellationToken cancellationToken)
    {
        if (!FormatName().IsMatch(format))
        {
            throw new ClickHouseException(UnknownFormat, $"Unknown format {format}.");
        }

        if ((ReadOnlySql.Refusal(sql) ?? ReaderSql.Refusal(sql, out _)) is { } refusal)
        {
            // The server's words about a text that is no SQL say where it goes wrong.
            if (refusal == ReaderSql.OnlyReads)
            {
                await ParseAsync(sql, cancellationToken);
            }

            throw new ClickHouseException(EngineError.Readonly, refusal);
        }

        try
        {
            // A second FORMAT does not parse, nor does anything behind a semicolon: one statement, in the format asked for, or none.
            var statement = new HttpStatement(StatementKind.UserQuery, $"{sql}\nFORMAT {format}") { Parameters = parameters };
            return await SendAsync(statement, cancellationToken);
        }
        catch (ClickHouseException e) when (e.Code == EngineError.SyntaxError)
        {
            await ParseAsync(sql, cancellationToken);
            throw new ClickHouseException(EngineError.Readonly, ReaderSql.NoFormat);
        }
    }

    /// <summary>Lets the server say what is wrong with a text that does not parse, by a function that only parses.</summary>
    private async Task ParseAsync(string sql, CancellationToken cancellationToken)
    {
        try
        {
            var statement = new HttpStatement(StatementKind.UserQuery, $"SELECT formatQuery({SqlText.Literal(sql)})") { Format = "Null" };
            await SendAsync(statement, cancellationToken);
        }
        catch (ClickHouseException e) when (e is not ClickHouseAwayException && e.Code != EngineError.SyntaxError)
        {
            // It parses, and is one of those that cannot be printed, such as an INSERT with data.
        }
    }

    /// <summary>Sends a statement to the server in use, and to the next one as long as nothing can have happened.</summary>
    private async Task<byte[]> SendAsync(HttpStatement statement, CancellationToken cancellationToken)
    {
        var tried = new List<Replica>();
        while (true)
        {
            var replica = _replicas.Choose(tried);
            tried.Add(replica);
            var mayGoOn = tried.Count < _replicas.Count;
            try
            {
                await MeetAsync(replica, cancellationToken);
                var answer = await _transport.SendAsync(replica.Url, statement, cancellationToken);
                NoteSuccess(replica);
                return answer;
            }
            catch (ClickHouseAwayException e)
            {
                NoteFailure(replica, e);

                // One that has used up its time is not begun anew elsewhere.
                if (!mayGoOn || e.IsOutcomeUnknown || e.HasTimedOut)
                {
                    throw;
                }
            }
            catch (ClickHouseException e) when (_replicas.Count > 1 && ServerError.IsOfReplica(e.Code))
            {
                _replicas.Failed(replica);
                LogReplicaFails(replica.Url, e.Message);
                if (!mayGoOn || !statement.IsReading)
                {
                    throw;
                }
            }
        }
    }

    /// <summary>A server is asked for its version before its first statement, and after it was away.</summary>
    private async Task MeetAsync(Replica replica, CancellationToken cancellationToken)
    {
        if (replica.IsKnown)
        {
            return;
        }

        var text = Encoding.UTF8.GetString(await _transport.SendAsync(replica.Url, AskVersion, cancellationToken)).Trim();
        var version = ServerVersion.Parse(text);
        if (version is not { IsSupported: true })
        {
            throw new ClickHouseException(
                0, $"ClickHouse at {replica.Url.GetLeftPart(UriPartial.Authority)} has version {text}; {ServerVersion.Oldest} or newer is needed.");
        }

        replica.IsKnown = true;
    }

    private void NoteSuccess(Replica replica)
    {
        if (_replicas.Succeeded(replica))
        {
            LogInUse(replica.Url);
        }
    }

    private void NoteFailure(Replica replica, ClickHouseAwayException e)
    {
        if (_replicas.Failed(replica))
        {
            LogAway(e.Message);
        }
    }

    [GeneratedRegex("^[A-Za-z0-9]+$", RegexOptions.CultureInvariant)]
    private static partial Regex FormatName();
}
