using Orleans.Runtime;

namespace Analytics.Silo.Hosting;

/// <summary>Failures of calls to actors that are nobody's fault.</summary>
internal static class ActorFailures
{
    /// <summary>Whether the actor's silo is gone, or cannot be reached: called again in some seconds, the actor is on another one.</summary>
    public static bool IsAway(Exception exception) => exception is OrleansException;
}
