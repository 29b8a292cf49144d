namespace Analytics.Grains.ClickHouse.Embedded;

/// <summary>A SELECT whose answer comes in pieces, so that it never is in memory whole. Used by the thread that began it.</summary>
internal sealed unsafe class EngineStream : IDisposable
{
    private readonly nint _connection;
    private readonly nint _stream;
    private bool _isEnded;
    private bool _isDisposed;

    /// <summary>Takes over a stream.</summary>
    internal EngineStream(nint connection, nint stream)
    {
        _connection = connection;
        _stream = stream;
    }

    /// <summary>The next piece; empty at the end.</summary>
    /// <exception cref="ClickHouseException">The engine's error; there is no further piece.</exception>
    public byte[] Fetch()
    {
        if (_isEnded)
        {
            return [];
        }

        var result = ChdbNative.FetchFromStream(_connection, _stream);
        try
        {
            // Ended, unless there is something: after an error there is nothing to cancel either.
            _isEnded = true;
            EmbeddedConnection.ThrowOnError(ChdbNative.ResultError(result), isOutcomeUnknown: false);
            var buffer = ChdbNative.ResultBuffer(result);
            var length = buffer is null ? 0 : checked((int)ChdbNative.ResultLength(result));
            _isEnded = length == 0;
            return new ReadOnlySpan<byte>(buffer, length).ToArray();
        }
        finally
        {
            ChdbNative.DestroyResult(result);
        }
    }

    /// <summary>Cancels what was not fetched.</summary>
    public void Dispose()
    {
        if (_isDisposed)
        {
            return;
        }

        _isDisposed = true;
        if (!_isEnded)
        {
            ChdbNative.CancelStream(_connection, _stream);
        }

        ChdbNative.DestroyResult(_stream);
    }
}
