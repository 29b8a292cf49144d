using System.Globalization;
using Analytics.Grains.ClickHouse;
using Analytics.Grains.ClickHouse.Embedded;
using Analytics.Silo.ClickHouseServer.Protocol;

namespace Analytics.Silo.ClickHouseServer.Engine;

/// <summary>The sessions there are, by user and name: begun by a request that names one, ended by time, by a request that says so, or with the server.</summary>
/// <param name="sessionsMax">Sessions at most.</param>
/// <param name="time">Measures how long nobody has come.</param>
/// <param name="close">Closes a session's connection, on a thread that may block.</param>
internal sealed class Sessions(int sessionsMax, TimeProvider time, Action<EmbeddedConnection> close) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly Dictionary<(string User, string Id), Session> _sessions = [];

    /// <summary>Sessions now.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _sessions.Count;
            }
        }
    }

    /// <summary>Takes a session for one request, beginning it if need be.</summary>
    /// <exception cref="ClickHouseException">Another request has it, it is not there though it must, or there are too many.</exception>
    public Session Take(SessionKey key)
    {
        lock (_gate)
        {
            if (_sessions.TryGetValue((key.User, key.Id), out var session))
            {
                if (session.IsTaken)
                {
                    throw new ClickHouseException(ErrorCodes.SessionIsLocked, $"Session {key.Id} is locked by a concurrent client.");
                }

                session.IsTaken = true;
                session.Timer?.Dispose();
                session.Timer = null;
                return session;
            }

            if (key.MustExist)
            {
                throw new ClickHouseException(ErrorCodes.SessionNotFound, $"Session {key.Id} not found.");
            }

            if (_sessions.Count >= sessionsMax)
            {
                throw new ClickHouseException(
                    ErrorCodes.TooManySimultaneousQueries,
                    string.Create(CultureInfo.InvariantCulture, $"There are {sessionsMax} sessions already (Analytics:ClickHouse:ServeSessionsMax): close one, or wait until one ends."));
            }

            session = new Session();
            _sessions.Add((key.User, key.Id), session);
            return session;
        }
    }

    /// <summary>Gives a session back.</summary>
    public void Give(SessionKey key, Session session)
    {
        lock (_gate)
        {
            session.IsTaken = false;
            if (!key.IsClosed && key.Timeout > TimeSpan.Zero && _sessions.ContainsKey((key.User, key.Id)))
            {
                session.Timer = time.CreateTimer(_ => Expire(key, session), null, key.Timeout, Timeout.InfiniteTimeSpan);
                return;
            }

            _sessions.Remove((key.User, key.Id));
        }

        Close(session);
    }

    /// <summary>Ends all sessions that no request has; the others end when they are given back.</summary>
    public void Dispose()
    {
        Session[] idle;
        lock (_gate)
        {
            idle = [.. _sessions.Values.Where(session => !session.IsTaken)];
            foreach (var session in idle)
            {
                session.Timer?.Dispose();
            }

            _sessions.Clear();
        }

        Array.ForEach(idle, Close);
    }

    private void Expire(SessionKey key, Session session)
    {
        lock (_gate)
        {
            // A request may have taken it while the timer fired, or it has ended and begun anew.
            if (session.IsTaken || session.Timer is null || !_sessions.TryGetValue((key.User, key.Id), out var current) || current != session)
            {
                return;
            }

            session.Timer.Dispose();
            session.IsTaken = true;
            _sessions.Remove((key.User, key.Id));
        }

        Close(session);
    }

    private void Close(Session session)
    {
        if (session.Connection is { } connection)
        {
            session.Connection = null;
            close(connection);
        }
    }
}
