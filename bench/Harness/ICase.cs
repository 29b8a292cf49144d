namespace Analytics.Bench.Harness;

/// <summary>Something that is measured.</summary>
internal interface ICase
{
    /// <summary>What the command line calls it.</summary>
    string Name { get; }

    /// <summary>Runs everybody who takes part, in turn and as often as asked for.</summary>
    Task RunAsync(CaseContext context);
}
