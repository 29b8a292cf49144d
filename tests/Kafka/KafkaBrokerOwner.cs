using System.Globalization;
using Xunit;

namespace Analytics.Tests.Kafka;

/// <summary>What <see cref="KafkaBrokerTests"/> runs in a process of its own and kills: it has a broker and waits.</summary>
public sealed class KafkaBrokerOwner
{
    /// <summary>Names the file for the process ids, a line each.</summary>
    public const string FileVariable = "KAFKA_BROKER_OWNER_FILE";

    private static readonly TimeSpan LifeMax = TimeSpan.FromMinutes(5);

    [Fact(Explicit = true)]
    public async Task A_broker_is_held_until_the_process_is_killed()
    {
        var file = Environment.GetEnvironmentVariable(FileVariable);
        Assert.SkipWhen(file is null, "Runs only as a part of another test.");
        await using var broker = await KafkaBroker.StartAsync();
        var ids = new[] { broker.ProcessId, broker.ZooKeeperProcessId };
        await File.WriteAllLinesAsync(file + ".part", ids.Select(id => id.ToString(CultureInfo.InvariantCulture)));
        File.Move(file + ".part", file!);
        await Task.Delay(LifeMax, TestContext.Current.CancellationToken);
    }
}
