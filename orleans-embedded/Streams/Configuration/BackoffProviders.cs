namespace Orleans.Internal
{
    /// <summary>How long to wait before a retry.</summary>
    public interface IBackoffProvider
    {
        /// <summary>The wait after attempt number <paramref name="attempt"/>, 0 for the first.</summary>
        TimeSpan Next(int attempt);
    }

    /// <summary>Always the same wait.</summary>
    public class FixedBackoff(TimeSpan delay) : IBackoffProvider
    {
        /// <inheritdoc/>
        public TimeSpan Next(int attempt) => delay;
    }
}

namespace Orleans.Runtime.Providers
{
    /// <summary>The wait before a delivery is tried again.</summary>
    public interface IMessageDeliveryBackoffProvider : Internal.IBackoffProvider;

    /// <summary>The wait before a read is tried again.</summary>
    public interface IQueueReaderBackoffProvider : Internal.IBackoffProvider;
}
