using Analytics.Grains.ClickHouse;
using Analytics.Grains.ClickHouse.Embedded;
using Analytics.Grains.Configuration;
using Analytics.Silo.ClickHouseServer.Engine;
using Analytics.Silo.ClickHouseServer.Protocol;
using Analytics.Silo.Http.Collect;

namespace Analytics.Silo.ClickHouseServer;

/// <summary>What the server is made of. Dispose it when no request runs any more, and before the engine is closed.</summary>
internal sealed class ServerParts : IAsyncDisposable
{
    private ServerParts(EmbeddedClickHouse engine, EngineFacts facts, ClickHouseOptions options, TimeProvider time)
    {
        Facts = facts;
        Options = options;
        Users = new ServedUsers(options.ServeUsers);
        Bodies = new RequestBodies(new BodyMemory(options.ServeBodiesBytesMax), options.ServeBodyBytesMax);
        Requests = new RequestReader(options.ServeQueryBytesMax);
        Answers = new AnswerWriter(facts);
        Engine = new ServedEngine(engine, facts, options);
        Threads = new EngineThreads(options.ServeConnections);
        Sessions = new Sessions(options.ServeSessionsMax, time, CloseSoon);
        Instruments = new ServerInstruments(() => Threads.WaitingCount, () => Sessions.Count);
    }

    /// <summary>What the engine says of itself.</summary>
    public EngineFacts Facts { get; }

    /// <summary>The settings.</summary>
    public ClickHouseOptions Options { get; }

    /// <summary>Who may use it.</summary>
    public ServedUsers Users { get; }

    /// <summary>Reads bodies.</summary>
    public RequestBodies Bodies { get; }

    /// <summary>Makes requests of them.</summary>
    public RequestReader Requests { get; }

    /// <summary>Runs requests.</summary>
    public ServedEngine Engine { get; }

    /// <summary>Where they run.</summary>
    public EngineThreads Threads { get; }

    /// <summary>What clients keep.</summary>
    public Sessions Sessions { get; }

    /// <summary>Writes answers.</summary>
    public AnswerWriter Answers { get; }

    /// <summary>Counts.</summary>
    public ServerInstruments Instruments { get; }

    /// <summary>Makes all parts.</summary>
    /// <exception cref="ClickHouseException">The engine does not answer.</exception>
    public static async Task<ServerParts> OpenAsync(
        EmbeddedClickHouse engine, ClickHouseOptions options, TimeProvider time, CancellationToken cancellationToken) =>
        new(engine, await EngineFacts.ReadAsync(engine, cancellationToken), options, time);

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        Sessions.Dispose();
        await Threads.DisposeAsync();
        Engine.Dispose();
        Instruments.Dispose();
    }

    // Closing a connection is a native call that may wait.
    private void CloseSoon(EmbeddedConnection connection)
    {
        try
        {
            _ = Threads.RunAsync(() =>
            {
                connection.Dispose();
                return true;
            });
        }
        catch (ClickHouseException)
        {
            // The threads are ending; what waits is this thread.
            connection.Dispose();
        }
    }
}
