using Analytics.Silo.Hosting;

try
{
    return await SiloProcess.RunAsync(args);
}
catch (Exception e) when (StartFailure.Describe(e) is { } reason)
{
    await Console.Error.WriteLineAsync(reason);
    return 1;
}
