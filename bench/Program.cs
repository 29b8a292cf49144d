using System.Globalization;
using Analytics.Bench.Cases;
using Analytics.Bench.Harness;
using Analytics.Bench.Micro;
using Analytics.Bench.Peers;

if (args is [PeerModes.Command, var mode, ..])
{
    await PeerModes.RunAsync(mode, PeerArguments.Parse(args[2..]));
    return 0;
}

if (args is [PeerModes.Fill, var directory, var rows])
{
    TableFiller.Run(directory, long.Parse(rows, CultureInfo.InvariantCulture));
    return 0;
}

if (args is [MicroRun.Command, ..])
{
    return MicroRun.Run(args[1..]);
}

return await BenchRun.RunAsync(args,
[
    new KafkaTableCase(), new KafkaUsualCase(), new CollectorCase(), new FreshnessCase(), new ReadsCase(), new MetricsCase(), new MemoryCase(), new ActivationCase(),
    new StagesCase(), new SketchesCase(), new WatchersCase(), new StartCase(), new ScaleCase(),
]);
