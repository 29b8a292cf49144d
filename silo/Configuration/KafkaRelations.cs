using Analytics.Silo.Log.Kafka;

namespace Analytics.Silo.Configuration;

/// <summary>What settings of Kafka must be to each other.</summary>
internal static class KafkaRelations
{
    /// <summary>Adds a problem for each broken relation.</summary>
    /// <param name="options">Settings, each right by itself.</param>
    /// <param name="section">Where they are from: the names of list elements are there.</param>
    /// <param name="problems">Gets the problems.</param>
    public static void Check(AnalyticsOptions options, IConfigurationSection section, List<SettingProblem> problems)
    {
        var kafka = options.Kafka;
        if (options.Log.Kind == "Kafka" && kafka.BootstrapServers.Length == 0)
        {
            problems.Add(new SettingProblem(
                $"{AnalyticsOptions.SectionName}:Kafka:BootstrapServers", null, "must be given when Log:Kind is Kafka: host:port, or several separated by ','"));
        }

        CheckMappings(kafka, [.. section.GetSection("Kafka:Mappings").GetChildren().Select(child => child.Path)], problems);
    }

    private static void CheckMappings(KafkaOptions kafka, string[] paths, List<SettingProblem> problems)
    {
        var seen = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var i = 0; i < kafka.Mappings.Count; i++)
        {
            var (mapping, path) = (kafka.Mappings[i], paths[i]);
            if (mapping.Topic == kafka.Topic)
            {
                problems.Add(new SettingProblem(
                    path + ":Topic", mapping.Topic, "must not be Kafka:Topic: what the collector writes there has envelopes"));
            }

            if (!seen.TryAdd(mapping.Topic, path))
            {
                problems.Add(new SettingProblem(path + ":Topic", mapping.Topic, $"a topic has one mapping; {seen[mapping.Topic]} has it already"));
            }

            if (mapping.TimeField == mapping.IdField)
            {
                problems.Add(new SettingProblem(path + ":TimeField", mapping.TimeField, "must not be IdField: one member cannot be time and id"));
            }
        }
    }
}
