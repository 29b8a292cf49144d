// Goal: the chart renders to manifests that Kubernetes takes and that fit each other and the server: its settings, its routes, its ports, its time to stop; and every
// rule sees what breaks it.
using Analytics.Tests.Http;
using Xunit;

namespace Analytics.Tests.Deploy;

public sealed class HelmChartTests
{
    private const string Keda = "keda:\n    enabled: false";
    private const string KedaAll = Keda + "\n    lagThreshold: \"100000\"\n    # A TriggerAuthentication of yours, where the brokers want a login.\n    authenticationRef: \"\"";

    public static TheoryData<string, string, string> Ways => new()
    {
        { "keda:\n    enabled: true", Keda, "ScaledObject" },
        { "hpa:\n    enabled: false", "hpa:\n    enabled: true", "" },
        { "telemetry:\n  enabled: true", "telemetry:\n  enabled: false", "HorizontalPodAutoscaler" },
        { Keda, Keda, "HorizontalPodAutoscaler" },
        { KedaAll.Replace("false", "true", StringComparison.Ordinal).Replace("\"\"", "kafka", StringComparison.Ordinal), KedaAll, "ScaledObject" },
        { "  from:\n    - namespaceSelector:\n        matchLabels:\n          name: shop", "  from: []", "HorizontalPodAutoscaler" },
        { "secretSettings:\n  Http__AdminToken: admin-token", "secretSettings: {}", "HorizontalPodAutoscaler" },
        { "  labels:\n    release: prometheus", "  labels: {}", "HorizontalPodAutoscaler" },
    };

    [Theory]
    [MemberData(nameof(Ways))]
    public void Every_way_to_install_it_gives_manifests_that_fit(string @new, string old, string scaler)
    {
        var manifests = HelmChart.Render((old, @new));
        Assert.Empty(KubernetesRules.Problems(manifests));
        var kinds = manifests.Select(manifest => manifest["kind"].Text).ToArray();
        Assert.Equal(scaler, string.Concat(kinds.Where(kind => kind is "ScaledObject" or "HorizontalPodAutoscaler")));
        Assert.Superset(new HashSet<string>(["Deployment", "Service", "PodDisruptionBudget", "ServiceMonitor", "NetworkPolicy"]), kinds.ToHashSet());
        Assert.Equal(scaler.Length == 0, Deployment(manifests)["spec.replicas"].Exists);
    }

    [Theory]
    [InlineData("kind: Deployment", "kind: Deploymint", "no matching element")]
    [InlineData("apiVersion: policy/v1", "apiVersion: policy/v1beta1", "has no such kind")]
    [InlineData("terminationGracePeriodSeconds: 45", "terminationGracePeriodSeconds: 30", "shorter than a stop")]
    [InlineData("runAsNonRoot: true", "runAsNonRoot: false", "as root")]
    [InlineData("              path: /readyz\n              port: http", "              path: /readyz\n              port: web", "there is no port web")]
    [InlineData("targetPort: http", "targetPort: web", "there is no port web")]
    [InlineData("- port: silo", "- port: silos", "there is no port silos")]
    [InlineData("            - name: temporary", "            - name: temporal", "there is no volume temporal")]
    [InlineData("analytics/analytics:0.1.0", "analytics/analytics:latest", "no fixed tag")]
    [InlineData("component: reads", "component: collect", "matches not one service")]
    [InlineData("jobLabel: app.kubernetes.io/name", "jobLabel: app.kubernetes.io/instance", "the alert rules' job")]
    [InlineData("name: Analytics__Kafka__Queues\n              value: \"16\"", "name: Analytics__Kafka__Queues\n              value: \"8\"", "as many queues")]
    [InlineData("value: \"analytics\"", "value: 7", "is no text")]
    [InlineData("name: Analytics__Kafka__Group", "name: Analytics__Kafka__Topic", "given twice")]
    [InlineData("name: Analytics__Kafka__Group", "name: Analytics__ClickHouse__QueryPassword", "a secret in clear")]
    [InlineData("memory: 3Gi", "memory: much", "not a quantity")]
    [InlineData("    name: live\n  minReplicas", "    name: other\n  minReplicas", "it scales other")]
    public void What_does_not_fit_is_seen(string good, string bad, string problem)
    {
        var text = string.Join("\n---\n", Directory.EnumerateFiles(Path.Combine(HelmChart.Folder, "templates")).Select(path => HelmChart.RenderText(File.ReadAllText(path))));
        var broken = text.Replace(good, bad, StringComparison.Ordinal);
        Assert.NotEqual(text, broken);
        Assert.Contains(problem, ProblemsOf(broken), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{{ .Values.nothing }}")]
    [InlineData("{{ .Values.autoscaling.minReplicas | quote }}")]
    [InlineData("{{ include \"x\" . }}")]
    [InlineData("{{ if .Values.serviceMonitor.enabled }}a")]
    [InlineData("a{{ end }}")]
    public void A_template_that_cannot_be_rendered_is_refused(string template) => Assert.Throws<InvalidDataException>(() => HelmChart.RenderText(template));

    [Fact]
    public void Every_variable_is_a_setting_with_a_value_it_may_have()
    {
        foreach (var (old, @new) in (ReadOnlySpan<(string, string)>)[(Keda, Keda), ("telemetry:\n  enabled: false", "telemetry:\n  enabled: true")])
        {
            var variables = Deployment(HelmChart.Render((old, @new)))["spec.template.spec.containers"].Items.Single()["env"].Items;
            Assert.Empty(EnvironmentKeys.Unknown(variables.Select(variable => variable["name"].Text)));
            Assert.All(
                variables.Where(variable => variable["value"].Exists),
                variable => Assert.Null(EnvironmentKeys.ProblemOf(variable["name"].Text, variable["value"].Text)));
        }
    }

    [Fact]
    public async Task Probes_and_scrapes_ask_for_what_the_server_answers()
    {
        var manifests = HelmChart.Render();
        var container = Deployment(manifests)["spec.template.spec.containers"].Items.Single();
        await using var server = await HttpTestServer.StartAsync();
        foreach (var path in (string[])
        [
            container["startupProbe.httpGet.path"].Text, container["readinessProbe.httpGet.path"].Text, container["livenessProbe.httpGet.path"].Text,
            manifests.Single(manifest => manifest["kind"].Text == "ServiceMonitor")["spec.endpoints"].Items[0]["path"].Text,
        ])
        {
            Assert.Equal(200, (await server.GetAsync(path)).Status);
        }
    }

    private static string ProblemsOf(string manifests)
    {
        try
        {
            return string.Join('\n', KubernetesRules.Problems(Yaml.ReadAll(manifests)));
        }
        catch (InvalidOperationException e)
        {
            return e.Message;
        }
    }

    private static Yaml Deployment(IReadOnlyList<Yaml> manifests) => manifests.Single(manifest => manifest["kind"].Text == "Deployment");
}
