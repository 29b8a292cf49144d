using System.Text;

namespace Analytics.Client;

/// <summary>Reads server-sent events: <c>event:</c>, <c>id:</c> and <c>data:</c> lines up to an empty one; lines that begin with a colon only say that the server lives.</summary>
internal sealed class WatchReader(Stream stream) : IDisposable
{
    private readonly StreamReader _lines = new(stream, Encoding.UTF8);

    /// <summary>The next event; <see langword="null"/> when the server has ended the answer.</summary>
    /// <param name="silenceMax">How long nothing, not even a heartbeat, may come.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="TimeoutException">Nothing came for so long: the connection is dead.</exception>
    /// <exception cref="IOException">The connection broke.</exception>
    public async Task<(string Name, string Id, string Data)?> NextAsync(TimeSpan silenceMax, CancellationToken cancellationToken)
    {
        var name = "message";
        var id = string.Empty;
        var data = new StringBuilder();
        using var silence = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        while (true)
        {
            silence.CancelAfter(silenceMax);
            string? line;
            try
            {
                line = await _lines.ReadLineAsync(silence.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                throw new TimeoutException($"The server has said nothing for {silenceMax.TotalSeconds:0} s.");
            }

            switch (line)
            {
                case null:
                    return null;
                case "" when data.Length > 0:
                    return (name, id, data.ToString());
                case var _ when line.StartsWith("event: ", StringComparison.Ordinal):
                    name = line["event: ".Length..];
                    break;
                case var _ when line.StartsWith("id: ", StringComparison.Ordinal):
                    id = line["id: ".Length..];
                    break;
                case var _ when line.StartsWith("data: ", StringComparison.Ordinal):
                    data.Append(data.Length == 0 ? string.Empty : "\n").Append(line, "data: ".Length, line.Length - "data: ".Length);
                    break;
            }
        }
    }

    /// <inheritdoc />
    public void Dispose() => _lines.Dispose();
}
