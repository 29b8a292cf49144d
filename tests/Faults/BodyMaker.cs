using System.IO.Compression;
using System.Text;

namespace Analytics.Tests.Faults;

/// <summary>Makes the bodies of one client: single events, arrays, lines, bare fields, some packed, some with copies of earlier events or broken inputs.</summary>
internal sealed class BodyMaker(Random random, string name)
{
    private const int BatchEventsMax = 30;

    // Copies are made of these, so that they come well within the ids that a metric remembers.
    private const int RememberedMax = 300;

    private readonly EventMaker _events = new(random, name);
    private readonly List<LoadEvent> _remembered = [];

    /// <summary>The next body.</summary>
    public LoadBody Next() => random.Next(10) switch
    {
        0 => Broken(),
        < 4 => Single(),
        < 6 => Bare(),
        < 8 => Batch("[", ",", "]"),
        _ => Batch(string.Empty, "\n", "\n"),
    };

    private LoadBody Broken()
    {
        var broken = _events.NextBroken();
        return Body("/v1/events", broken, [], [broken]);
    }

    private LoadBody Single()
    {
        var one = NextOrCopy();
        return Body("/v1/events", one.Json, [one], []);
    }

    private LoadBody Bare()
    {
        var metric = _events.NextMetric();
        var some = Enumerable.Range(0, random.Next(1, 6)).Select(_ => Remember(_events.Next(metric))).ToList();
        return Body($"/v1/projects/{metric.Project}/metrics/{metric.Metric}/events", $"[{string.Join(',', some.Select(one => one.BareJson))}]", some, []);
    }

    private LoadBody Batch(string open, string between, string close)
    {
        var parts = new List<string>();
        var good = new List<LoadEvent>();
        var broken = new List<string>();
        var count = random.Next(2, BatchEventsMax);
        for (var i = 0; i < count; i++)
        {
            if (random.Next(25) == 0)
            {
                broken.Add(_events.NextBroken());
                parts.Add(broken[^1]);
            }
            else
            {
                good.Add(NextOrCopy());
                parts.Add(good[^1].Json);
            }
        }

        return Body("/v1/events", open + string.Join(between, parts) + close, good, broken);
    }

    private LoadEvent NextOrCopy() =>
        _remembered.Count > 0 && random.Next(15) == 0 ? _remembered[random.Next(_remembered.Count)] : Remember(_events.Next(_events.NextMetric()));

    private LoadEvent Remember(LoadEvent one)
    {
        if (!one.HasId)
        {
            return one;
        }

        if (_remembered.Count < RememberedMax)
        {
            _remembered.Add(one);
        }
        else
        {
            _remembered[random.Next(RememberedMax)] = one;
        }

        return one;
    }

    private LoadBody Body(string path, string text, IReadOnlyList<LoadEvent> good, IReadOnlyList<string> broken)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        var isGzip = random.Next(8) == 0;
        return new LoadBody(path, isGzip ? Packed(bytes) : bytes, isGzip, good, broken);
    }

    private static byte[] Packed(byte[] bytes)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            gzip.Write(bytes);
        }

        return packed.ToArray();
    }
}
