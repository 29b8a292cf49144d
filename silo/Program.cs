using Analytics.Silo.Audit;
using Analytics.Silo.Hosting;

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

    return await SiloProcess.RunAsync(args);
}
catch (Exception e) when (StartFailure.Describe(e) is { } reason)
{
    await Console.Error.WriteLineAsync(reason);
    return 1;
}
