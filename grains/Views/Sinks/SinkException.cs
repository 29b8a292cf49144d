namespace Analytics.Grains.Views.Sinks;

/// <summary>A sink could not be read or written now. What was written before it failed may be there or not.</summary>
internal sealed class SinkException(string message, Exception? inner = null) : Exception(message, inner);
