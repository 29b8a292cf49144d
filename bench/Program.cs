using Analytics.Bench.Cases;
using Analytics.Bench.Harness;
using Analytics.Bench.Peers;

if (args is [PeerModes.Command, var mode, ..])
{
    await PeerModes.RunAsync(mode, PeerArguments.Parse(args[2..]));
    return 0;
}

return await BenchRun.RunAsync(args, [new KafkaTableCase(), new KafkaUsualCase(), new CollectorCase(), new FreshnessCase(), new ReadsCase(), new StagesCase()]);
