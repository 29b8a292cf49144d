using System.Net;
using System.Net.Sockets;
using Xunit;

namespace Analytics.Tests.Kafka;

/// <summary>
/// As much of a ZooKeeper client as it takes to make, change and delete topics of Kafka 0.9: its own tools do the same, after starting a Java
/// machine each time. One session, one request at a time.
/// </summary>
internal sealed class ZooKeeperClient : IAsyncDisposable
{
    private const int SessionTimeoutMs = 10_000;
    private const int NoNode = -101;
    private const int NodeExists = -110;
    private const int AnyVersion = -1;
    private const int AllPermissions = 31;
    private const int SequenceFlag = 2;

    private readonly TcpClient _client = new();
    private int _requestCount;

    private enum Operation
    {
        Create = 1,
        Delete = 2,
        Exists = 3,
        SetData = 5,
        Close = -11,
    }

    /// <summary>Opens a session with the ZooKeeper on a port of 127.0.0.1.</summary>
    public static async Task<ZooKeeperClient> ConnectAsync(int port)
    {
        var client = new ZooKeeperClient();
        await client._client.ConnectAsync(IPAddress.Loopback, port);
        const int PasswordSize = 16;
        await new BigEndianBuffer().Int32(0).Int64(0).Int32(SessionTimeoutMs).Int64(0).Int32(PasswordSize).Raw(new byte[PasswordSize])
            .ExchangeAsync(client._client.GetStream());
        return client;
    }

    /// <summary>Makes a node.</summary>
    /// <param name="path">Its path; with <paramref name="isNumbered"/> ZooKeeper appends a number.</param>
    /// <param name="text">What it holds.</param>
    /// <param name="isNumbered">Whether it is one of a sequence.</param>
    /// <returns>False when it is there already.</returns>
    public Task<bool> CreateAsync(string path, string text, bool isNumbered = false) => AskAsync(
        Operation.Create,
        new BigEndianBuffer().LongText(path).LongText(text).Int32(1).Int32(AllPermissions).LongText("world").LongText("anyone").Int32(isNumbered ? SequenceFlag : 0),
        NodeExists);

    /// <summary>Replaces what a node holds; false when there is none.</summary>
    public Task<bool> SetAsync(string path, string text) =>
        AskAsync(Operation.SetData, new BigEndianBuffer().LongText(path).LongText(text).Int32(AnyVersion), NoNode);

    /// <summary>Deletes a node; false when there is none.</summary>
    public Task<bool> DeleteAsync(string path) => AskAsync(Operation.Delete, new BigEndianBuffer().LongText(path).Int32(AnyVersion), NoNode);

    /// <summary>Whether there is a node.</summary>
    public Task<bool> ExistsAsync(string path) => AskAsync(Operation.Exists, new BigEndianBuffer().LongText(path).Raw(0), NoNode);

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await AskAsync(Operation.Close, new BigEndianBuffer(), NoNode);
        _client.Dispose();
    }

    private async Task<bool> AskAsync(Operation operation, BigEndianBuffer body, int errorMeansFalse)
    {
        var answer = await new BigEndianBuffer().Int32(++_requestCount).Int32((int)operation).Append(body).ExchangeAsync(_client.GetStream());
        Assert.Equal(_requestCount, answer.ReadInt32());
        answer.ReadInt64();
        var error = answer.ReadInt32();
        Assert.True(error == 0 || error == errorMeansFalse, $"ZooKeeper answered {operation} with error {error}.");
        return error == 0;
    }
}
