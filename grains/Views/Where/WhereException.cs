namespace Analytics.Grains.Views.Where;

/// <summary>A condition cannot be read; the message says where and what was expected.</summary>
public sealed class WhereException(string message) : Exception(message);
