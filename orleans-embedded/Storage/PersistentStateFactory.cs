using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Runtime.Hosting;
using Orleans.Storage;

namespace Orleans.Runtime;

/// <summary>Makes what a <see cref="PersistentStateAttribute"/> parameter is given.</summary>
internal static class PersistentStateFactory
{
    private static readonly MethodInfo CreateMethod = typeof(PersistentStateFactory).GetMethod(nameof(Create), BindingFlags.Static | BindingFlags.NonPublic)!;

    /// <summary>The maker of a parameter's value.</summary>
    /// <exception cref="OrleansConfigurationException">The parameter is no <see cref="IPersistentState{TState}"/>.</exception>
    public static Func<Activation, object> For(ParameterInfo parameter)
    {
        var type = parameter.ParameterType;
        if (!type.IsGenericType || type.GetGenericTypeDefinition() != typeof(IPersistentState<>))
        {
            throw new OrleansConfigurationException(
                $"The parameter {parameter.Name} of {parameter.Member.DeclaringType} has a [PersistentState] and is no IPersistentState.");
        }

        return CreateMethod.MakeGenericMethod(type.GetGenericArguments())
            .CreateDelegate<Func<Activation, object>>(parameter.GetCustomAttribute<PersistentStateAttribute>());
    }

    private static PersistentState<T> Create<T>(PersistentStateAttribute attribute, Activation activation)
    {
        var provider = attribute.StorageName ?? StorageProviderExtensions.DefaultName;
        var storage = activation.Silo.Services.GetKeyedService<IGrainStorage>(provider)
            ?? throw new OrleansConfigurationException($"No storage provider named \"{provider}\" found loading grain type {activation.Class.Type}.");
        var record = new PersistentState<T>(attribute.StateName, activation.GrainId, storage);
        activation.AddRecord(record);
        return record;
    }
}
