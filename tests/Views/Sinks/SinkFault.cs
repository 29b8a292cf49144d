namespace Analytics.Tests.Views.Sinks;

/// <summary>What a <see cref="FaultySink"/> does.</summary>
internal enum SinkFault
{
    /// <summary>What it should.</summary>
    None,

    /// <summary>Fails before it has done anything.</summary>
    Before,

    /// <summary>Fails after it has written.</summary>
    After,

    /// <summary>Writes twice: a planted fault.</summary>
    Twice,

    /// <summary>Says that it has written, and has not: a planted fault.</summary>
    Never,
}
