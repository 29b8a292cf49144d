using System.Globalization;
using System.Reflection;

namespace Analytics.Silo.Configuration;

/// <summary>Reads section <c>Analytics</c> into options and reports everything that is wrong with it at once, unknown names included.</summary>
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
        }

        return problems.Count == 0 ? options : throw new SettingsException(problems);
    }

    /// <summary>The settings of an options record, each with its name below <c>Analytics:</c>, its property and its default.</summary>
    public static IEnumerable<(string Name, PropertyInfo Property, object? Default)> All(Type type, string prefix = "")
    {
        var defaults = Activator.CreateInstance(type)!;
        foreach (var property in Properties(type))
        {
            if (!IsGroup(property))
            {
                yield return (prefix + property.Name, property, property.GetValue(defaults));
                continue;
            }

            foreach (var inner in All(property.PropertyType, $"{prefix}{property.Name}:"))
            {
                yield return inner;
            }
        }
    }

    private static object ReadGroup(Type type, IConfigurationSection section, string prefix, List<SettingProblem> problems)
    {
        var group = Activator.CreateInstance(type)!;
        var properties = Properties(type);
        if (section.Value is { Length: > 0 } value)
        {
            var names = string.Join(", ", properties.Select(property => property.Name));
            problems.Add(new SettingProblem(section.Path, value, $"this is a group of settings, not a value; it has {names}"));
        }

        foreach (var child in section.GetChildren())
        {
            var property = properties.FirstOrDefault(property => property.Name.Equals(child.Key, StringComparison.OrdinalIgnoreCase));
            if (property is null)
            {
                problems.Add(Unknown(child, prefix + child.Key));
            }
            else if (IsGroup(property))
            {
                property.SetValue(group, ReadGroup(property.PropertyType, child, $"{prefix}{property.Name}:", problems));
            }
            else
            {
                ReadSetting(group, property, child, prefix + property.Name, problems);
            }
        }

        return group;
    }

    private static void ReadSetting(object group, PropertyInfo property, IConfigurationSection section, string name, List<SettingProblem> problems)
    {
        foreach (var child in section.GetChildren())
        {
            problems.Add(new SettingProblem(child.Path, child.Value, $"there is nothing below {AnalyticsOptions.SectionName}:{name}, it is one value"));
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
            problems.Add(new SettingProblem(section.Path, text, $"not a whole number; allowed: {rule.Allowed}"));
        }
        else if (!rule.Allows(value))
        {
            problems.Add(new SettingProblem(section.Path, text, $"allowed: {rule.Allowed}"));
        }
        else
        {
            property.SetValue(group, isText ? value : Convert.ChangeType(value, property.PropertyType, CultureInfo.InvariantCulture));
        }
    }

    private static SettingProblem Unknown(IConfigurationSection section, string name)
    {
        var suggestion = NameSuggestion.For(name, SettingRules.All.Keys);
        return new SettingProblem(
            section.Path, section.Value, suggestion is null ? "there is no such setting" : $"there is no such setting; did you mean {AnalyticsOptions.SectionName}:{suggestion}?");
    }

    private static PropertyInfo[] Properties(Type type) => type.GetProperties(BindingFlags.Public | BindingFlags.Instance);

    private static bool IsGroup(PropertyInfo property) => property.PropertyType != typeof(string) && property.PropertyType.IsClass;
}
