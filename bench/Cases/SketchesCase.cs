using System.Globalization;
using System.Text;
using Analytics.Bench.Harness;
using Analytics.Bench.Stages;
using Analytics.Grains.Columns;
using Analytics.Grains.Live;
using Analytics.Grains.Live.Sketches;
using Analytics.Grains.Tables;
using Analytics.Silo.Ingest.Decode;

namespace Analytics.Bench.Cases;

/// <summary>
/// What the sketches of the live state cost: of a value, where there are a hundred thousand different ones, and of an event of 137 bytes with all of its eight fields. In this process, the product's
/// own classes; time of a processor, and bytes allocated.
/// </summary>
internal sealed class SketchesCase : ICase
{
    private const int Values = 100_000;

    /// <inheritdoc />
    public string Name => "sketches";

    /// <inheritdoc />
    public Task RunAsync(CaseContext context)
    {
        var rounds = (int)context.Size(40, 10);
        var texts = Enumerable.Range(0, Values).Select(i => Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"user-{i * 7919L % Values}"))).ToArray();
        var numbers = Enumerable.Range(0, Values).Select(i => i * 7919L % Values / 100.0).ToArray();
        var ranks = Enumerable.Range(0, Values).Select(i => ValueHash.Mix((ulong)i)).ToArray();
        for (var run = 0; run < context.Runs; run++)
        {
            var (text, integer, fraction) = (new TextTally(), new NumberTally(NumberKind.Integer), new QuantileSketch());
            var uniques = new UniqueSketch();
            Measure(context, "uniques, frequencies and sample of a text", rounds, i => text.Add(texts[i], ranks[i]));
            Measure(context, "uniques, frequencies and sample of an integer", rounds, i => integer.Add(i, ranks[i]));
            Measure(context, "uniques alone, of a double", rounds, i => uniques.Add(ValueHash.Of(numbers[i])));
            Measure(context, "quantiles of a double", rounds, i => fraction.Add(numbers[i]));
            MeasureEvents(context, rounds);
        }

        return Task.CompletedTask;
    }

    private static void Measure(CaseContext context, string what, int rounds, Action<int> add)
    {
        var meter = new StageMeter();
        for (var round = 0; round < rounds; round++)
        {
            // The first rounds are compilation, and few values.
            (round < 2 ? new StageMeter() : meter).Run(Values, () =>
            {
                for (var i = 0; i < Values; i++)
                {
                    add(i);
                }
            });
        }

        context.Samples.Add($"{what}, CPU", meter.CpuNanoseconds, "ns/value");
        context.Samples.Add($"{what}, allocated", meter.Bytes, "B/value");
    }

    private static void MeasureEvents(CaseContext context, int rounds)
    {
        var (live, plan, chunkId, meter) = (new LiveMetric(), new TablePlan([], 500, []), 0L, new StageMeter());
        var batches = StageMessages.Decode(StageMessages.NewDecoder(), StageMessages.Make(8), new PrecedingOffsets(1, 0), ref chunkId, 0);
        for (var round = 0; round < rounds; round++)
        {
            foreach (var batch in batches)
            {
                (round < 2 ? new StageMeter() : meter).Run(batch.Count, () => live.Apply(new BatchRows(batch, null), plan));
            }
        }

        context.Samples.Add("live state of an event with eight fields, CPU", meter.CpuNanoseconds, "ns/event");
        context.Samples.Add("live state of an event with eight fields, allocated", meter.Bytes, "B/event");
    }
}
