using Analytics.Cli;
using Analytics.Cli.Running;

return await AnalyticsCommand.RunAsync(args, Terminal.OfProcess());
