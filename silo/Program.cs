using Analytics.Silo.Audit;
using Analytics.Silo.Hosting;
using Analytics.Silo.Http.Health;

try
{
    if (args is [AuditCommand.Name, ..])
    {
        using var stop = new CancellationTokenSource();
        Console.CancelKeyPress += (_, press) =>
        {
            press.Cancel = true;
            stop.Cancel();
        };
        return await AuditCommand.RunAsync(args[1..], Console.Out, Console.Error, stop.Token);
    }

    if (args is [HealthCommand.Name, ..])
    {
        return await HealthCommand.RunAsync(args[1..], Console.Out);
    }

    return await SiloProcess.RunAsync(args);
}
catch (Exception e) when (StartFailure.Describe(e) is { } reason)
{
    await Console.Error.WriteLineAsync(reason);
    return 1;
}
