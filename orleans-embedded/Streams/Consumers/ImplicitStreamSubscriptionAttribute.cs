namespace Orleans;

/// <summary>Subscribes a grain class to a namespace: each stream has the grain with its key as its consumer.</summary>
/// <param name="streamNamespace">The namespace, all of it.</param>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true)]
public class ImplicitStreamSubscriptionAttribute(string streamNamespace) : Attribute
{
    internal string StreamNamespace { get; } = streamNamespace;
}
