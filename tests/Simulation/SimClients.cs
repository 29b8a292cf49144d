using System.Globalization;
using System.Text;

namespace Analytics.Tests.Simulation;

/// <summary>Those who send events: several metrics, ids that come again, fields of all sorts, several events a message, broken ones between.</summary>
internal sealed class SimClients(SimWorld world, SimLog log, int messageCount)
{
    private static readonly string[] Words = ["red", "green", "blue", "grey"];

    private readonly SimDomain _domain = new(world, "clients", isOrdered: true);
    private readonly int _metricCount = world.Random.Next(1, 5);
    private readonly int _idCount = world.Random.Next(5, 200);

    /// <summary>Whether everything was sent.</summary>
    public bool IsDone { get; private set; }

    /// <summary>Begins.</summary>
    public void Start() => _ = _domain.StartAsync(SendAsync);

    private async Task SendAsync()
    {
        for (var i = 0; i < messageCount; i++)
        {
            if (world.Random.Next(3) > 0)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(world.Random.Next(1, 300)), world.Time);
            }

            log.Append(world.Random.Next(log.Partitions.Count), Encoding.UTF8.GetBytes(Message()));
        }

        IsDone = true;
    }

    private string Message() => world.Random.Next(12) switch
    {
        0 => "{\"project\":\"p\",\"metric\":",
        1 => "{\"project\":\"p\",\"metric\":\"m0\",\"time\":\"yesterday\"}",
        < 4 => $"[{string.Join(',', Events())}]",
        4 => string.Join('\n', Events()),
        _ => Event(),
    };

    private IEnumerable<string> Events() => Enumerable.Range(0, world.Random.Next(1, 6)).Select(_ => Event());

    private string Event()
    {
        var random = world.Random;
        var text = new StringBuilder($"{{\"project\":\"p\",\"metric\":\"m{random.Next(_metricCount)}\"");
        var isBad = random.Next(25) == 0;
        if (!isBad && random.Next(2) == 0)
        {
            text.Append(CultureInfo.InvariantCulture, $",\"id\":\"id{random.Next(_idCount)}\"");
        }

        if (random.Next(4) == 0)
        {
            text.Append(CultureInfo.InvariantCulture, $",\"time\":{1_760_000_000_000 + random.Next(1_000_000)}");
        }

        return text.Append(CultureInfo.InvariantCulture, $",\"fields\":{{{string.Join(',', Fields(isBad))}}}}}").ToString();
    }

    private IEnumerable<string> Fields(bool isBad)
    {
        var random = world.Random;
        if (isBad)
        {
            // A constraint of the table refuses it.
            yield return "\"bad\":true";
        }

        if (random.Next(4) > 0)
        {
            yield return $"\"n\":{random.NextInt64(-1_000_000, 1_000_000)}";
        }

        if (random.Next(3) > 0)
        {
            yield return $"\"x\":{(random.Next(-4000, 4000) / 4.0) + 0.125:R}";
        }

        if (random.Next(3) == 0)
        {
            // Integers until a fraction comes.
            yield return random.Next(8) == 0 ? $"\"w\":{random.Next(1000)}.5" : $"\"w\":{random.Next(1000)}";
        }

        if (random.Next(3) == 0)
        {
            yield return $"\"s\":\"{Words[random.Next(Words.Length)]}\"";
        }

        if (random.Next(6) == 0)
        {
            yield return random.Next(3) == 0 ? "\"c\":\"text\"" : $"\"c\":{random.Next(10)}";
        }
    }
}
