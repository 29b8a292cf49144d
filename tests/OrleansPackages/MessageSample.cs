using System.Collections;
using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;
using Orleans;
using Orleans.Runtime;

namespace Analytics.Tests.OrleansPackages;

/// <summary>Messages with a value in every member that travels, and what of them arrived, as a list of members with texts.</summary>
internal static class MessageSample
{
    private const BindingFlags Members = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic;

    /// <summary>A message in which no member has its default value. The same for ever: only names and types of members decide.</summary>
    public static object Of(Type type) => Value(type, type.Name);

    /// <summary>Members that travel and do not have their default value, by path.</summary>
    public static SortedDictionary<string, string> Flatten(object? message)
    {
        var members = new SortedDictionary<string, string>(StringComparer.Ordinal);
        Flatten(message, string.Empty, members);
        return members;
    }

    private static object Value(Type type, string path)
    {
        if (Nullable.GetUnderlyingType(type) is { } inner)
        {
            return Value(inner, path);
        }

        // Any number that the path makes, between 1 and 100.
        var number = 1 + (path.Sum(static c => c) % 100);
        return type switch
        {
            _ when type == typeof(string) => path,
            _ when type == typeof(bool) => true,
            _ when type == typeof(StreamId) => StreamId.Create("metrics", path),
            _ when type.IsEnum => Enum.GetValues(type).Cast<object>().Last(),
            _ when type.IsPrimitive => Convert.ChangeType(number, type, CultureInfo.InvariantCulture),
            _ when type == typeof(ReadOnlyMemory<byte>) => new ReadOnlyMemory<byte>([(byte)number]),
            _ when ElementOf(type) is { } element => ArrayOf(element, path),
            _ => Message(type, path),
        };
    }

    private static Array ArrayOf(Type element, string path)
    {
        var array = Array.CreateInstance(element, 1);
        array.SetValue(Value(element, path + "[0]"), 0);
        return array;
    }

    private static object Message(Type type, string path)
    {
        var message = RuntimeHelpers.GetUninitializedObject(type);
        foreach (var (name, field) in FieldsOf(type))
        {
            field.SetValue(message, Value(field.FieldType, $"{path}.{name}"));
        }

        return message;
    }

    private static void Flatten(object? value, string path, SortedDictionary<string, string> members)
    {
        switch (value)
        {
            case null or false or "":
                return;
            case string or bool or StreamId or Enum:
                members[path] = value.ToString()!;
                return;
            case ReadOnlyMemory<byte> bytes:
                Flatten(bytes.ToArray(), path, members);
                return;
            case IEnumerable list:
                var index = 0;
                foreach (var element in list)
                {
                    Flatten(element, $"{path}[{index++}]", members);
                }

                return;
            case IConvertible number:
                if (Convert.ToDouble(number, CultureInfo.InvariantCulture) != 0)
                {
                    members[path] = number.ToString(CultureInfo.InvariantCulture);
                }

                return;
            default:
                foreach (var (name, field) in FieldsOf(value.GetType()))
                {
                    Flatten(field.GetValue(value), $"{path}.{name}", members);
                }

                return;
        }
    }

    // What travels is marked with a number, at a field or at a property that has one of its own behind it.
    private static IEnumerable<(string Name, FieldInfo Field)> FieldsOf(Type type)
    {
        for (var owner = type; owner is not null && owner != typeof(object); owner = owner.BaseType)
        {
            foreach (var field in owner.GetFields(Members | BindingFlags.DeclaredOnly).Where(field => field.IsDefined(typeof(IdAttribute))))
            {
                yield return (field.Name, field);
            }

            foreach (var property in owner.GetProperties(Members | BindingFlags.DeclaredOnly).Where(property => property.IsDefined(typeof(IdAttribute))))
            {
                yield return (property.Name, owner.GetField($"<{property.Name}>k__BackingField", Members)!);
            }
        }
    }

    private static Type? ElementOf(Type type) =>
        type.IsArray ? type.GetElementType()
        : type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyList<>) ? type.GetGenericArguments()[0]
        : null;
}
