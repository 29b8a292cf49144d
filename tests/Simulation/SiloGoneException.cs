namespace Analytics.Tests.Simulation;

/// <summary>A call to something that died before it answered.</summary>
internal sealed class SiloGoneException(string name) : Exception($"{name} is gone.");
