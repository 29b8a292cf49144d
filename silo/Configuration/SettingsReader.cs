using System.Globalization;
using System.Reflection;
using Analytics.Silo.Cluster;

namespace Analytics.Silo.Configuration;

/// <summary>Reads section <c>Analytics</c> into options and reports everything that is wrong with it at once, unknown names included.</summary>
/// <remarks>
/// A setting is a text or a number. An options record is a group; <c>IReadOnlyDictionary&lt;string, string&gt;</c> is a group with any names
/// (rule <c>Group:*</c>); <c>IReadOnlyList</c> of a record is a group of groups, by numbers or names (rules <c>Group:n:Setting</c>).
/// </remarks>
internal static class SettingsReader
{
    /// <summary>Reads and checks all settings.</summary>
    /// <exception cref="SettingsException">Something is wrong; the exception lists all of it.</exception>
    public static AnalyticsOptions Read(IConfiguration configuration)
    {
        var problems = new List<SettingProblem>();
        var section = configuration.GetSection(AnalyticsOptions.SectionName);
        var options = (AnalyticsOptions)ReadGroup(typeof(AnalyticsOptions), section, prefix: string.Empty, problems);
        if (problems.Count == 0)
        {
            SettingRelations.Check(options, problems);
            KafkaRelations.Check(options, section, problems);
            ClickHouseRelations.Check(options.ClickHouse, section, problems);
            ServeRules.Check(options, section, problems);
            ClusterRelations.Check(options, ClusterHosting.IsAvailable, problems);
        }

        return problems.Count == 0 ? options : throw new SettingsException(problems);
    }

    /// <summary>
    /// The settings of an options record, each with its name below <c>Analytics:</c>, its property and its default, <see langword="null"/> for none.
    /// </summary>
    public static IEnumerable<(string Name, PropertyInfo Property, object? Default)> All(Type type, string prefix = "")
    {
        var defaults = Activator.CreateInstance(type)!;
        foreach (var property in Properties(type))
        {
            var name = prefix + property.Name;
            if (IsDictionary(property))
            {
                yield return (name + ":*", property, null);
            }
            else if ((ElementOf(property) ?? GroupOf(property)) is { } inner)
            {
                foreach (var setting in All(inner, ElementOf(property) is null ? name + ":" : name + ":n:"))
                {
                    yield return setting;
                }
            }
            else
            {
                yield return (name, property, SettingRules.All[name].IsRequired ? null : property.GetValue(defaults));
            }
        }
    }

    private static object ReadGroup(Type type, IConfigurationSection section, string prefix, List<SettingProblem> problems)
    {
        var group = Activator.CreateInstance(type)!;
        var properties = Properties(type);
        RefuseValue(section, $"this is a group of settings, not a value; it has {string.Join(", ", properties.Select(property => property.Name))}", problems);
        foreach (var child in section.GetChildren())
        {
            var property = properties.FirstOrDefault(property => property.Name.Equals(child.Key, StringComparison.OrdinalIgnoreCase));
            var name = prefix + (property?.Name ?? child.Key);
            if (property is null)
            {
                problems.Add(Unknown(child, name));
            }
            else if (GroupOf(property) is { } inner)
            {
                property.SetValue(group, ReadGroup(inner, child, name + ":", problems));
            }
            else if (ElementOf(property) is { } element)
            {
                property.SetValue(group, ReadList(element, child, name + ":n:", problems));
            }
            else if (IsDictionary(property))
            {
                property.SetValue(group, ReadDictionary(child, (SettingRule.Entries)SettingRules.All[name + ":*"], problems));
            }
            else
            {
                ReadSetting(group, property, child, name, problems);
            }
        }

        return group;
    }

    private static Array ReadList(Type element, IConfigurationSection section, string prefix, List<SettingProblem> problems)
    {
        RefuseValue(section, "this is a list of groups, not a value; give each by a number, from 0, or a name", problems);
        var children = section.GetChildren().ToArray();
        var list = Array.CreateInstance(element, children.Length);
        for (var i = 0; i < children.Length; i++)
        {
            list.SetValue(ReadGroup(element, children[i], prefix, problems), i);
            foreach (var property in Properties(element))
            {
                var rule = SettingRules.All[prefix + property.Name];
                if (rule.IsRequired && children[i].GetSection(property.Name).Value is null)
                {
                    problems.Add(new SettingProblem($"{children[i].Path}:{property.Name}", null, $"must be given; allowed: {rule.Allowed}"));
                }
            }
        }

        return list;
    }

    private static Dictionary<string, string> ReadDictionary(IConfigurationSection section, SettingRule.Entries rule, List<SettingProblem> problems)
    {
        RefuseValue(section, "this is a group of settings, not a value; give each by its name", problems);
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var child in section.GetChildren())
        {
            if (child.Value is not { } value || child.GetChildren().Any())
            {
                problems.Add(new SettingProblem(child.Path, null, "this is one value, with nothing below it"));
            }
            else if (rule.ProblemOf(child.Key) is { } problem)
            {
                problems.Add(new SettingProblem(child.Path, null, $"cannot be given here: {problem}"));
            }
            else
            {
                values.Add(child.Key, value);
            }
        }

        return values;
    }

    private static void ReadSetting(object group, PropertyInfo property, IConfigurationSection section, string name, List<SettingProblem> problems)
    {
        foreach (var child in section.GetChildren())
        {
            problems.Add(Problem(child, $"there is nothing below {AnalyticsOptions.SectionName}:{name}, it is one value"));
        }

        if (section.Value is not { } text)
        {
            return;
        }

        var rule = SettingRules.All[name];
        var isText = property.PropertyType == typeof(string);
        object? value = text;
        if (!isText)
        {
            // Parsed as the widest number: one beyond Int32 is out of range, not malformed.
            var isNumber = long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number);
            value = isNumber ? number : null;
        }

        if (value is null)
        {
            problems.Add(Problem(section, $"not a whole number; allowed: {rule.Allowed}"));
        }
        else if (!rule.Allows(value))
        {
            problems.Add(Problem(section, $"allowed: {rule.Allowed}"));
        }
        else
        {
            property.SetValue(group, isText ? value : Convert.ChangeType(value, property.PropertyType, CultureInfo.InvariantCulture));
        }
    }

    private static void RefuseValue(IConfigurationSection section, string allowed, List<SettingProblem> problems)
    {
        if (section.Value is { Length: > 0 })
        {
            problems.Add(Problem(section, allowed));
        }
    }

    private static SettingProblem Unknown(IConfigurationSection section, string name)
    {
        var suggestion = NameSuggestion.For(name, SettingRules.All.Keys);
        var problem = Problem(
            section, suggestion is null ? "there is no such setting" : $"there is no such setting; did you mean {AnalyticsOptions.SectionName}:{suggestion}?");

        // One of librdkafka's that somebody put in the wrong place may be a secret whatever its name, and so may one that was misspelt beside a password.
        return name.StartsWith("Kafka:", StringComparison.OrdinalIgnoreCase) || name.StartsWith("ClickHouse:", StringComparison.OrdinalIgnoreCase)
            ? problem with { Value = null }
            : problem;
    }

    private static SettingProblem Problem(IConfigurationSection section, string allowed) =>
        new(section.Path, Secrets.Has(section.Path) || Secrets.IsIn(section.Value) ? null : section.Value, allowed);

    private static PropertyInfo[] Properties(Type type) => type.GetProperties(BindingFlags.Public | BindingFlags.Instance);

    private static Type? GroupOf(PropertyInfo property) =>
        property.PropertyType != typeof(string) && property.PropertyType.IsClass ? property.PropertyType : null;

    private static bool IsDictionary(PropertyInfo property) => property.PropertyType == typeof(IReadOnlyDictionary<string, string>);

    private static Type? ElementOf(PropertyInfo property) =>
        property.PropertyType.IsGenericType && property.PropertyType.GetGenericTypeDefinition() == typeof(IReadOnlyList<>)
            ? property.PropertyType.GetGenericArguments()[0]
            : null;
}
