using System.Text.RegularExpressions;
using Analytics.Silo.Hosting;

namespace Analytics.Tests.Deploy;

/// <summary>What Kubernetes wants of the chart's manifests, and what they must be to each other. Each rule returns what breaks it.</summary>
internal static partial class KubernetesRules
{
    private static readonly Dictionary<string, string> Kinds = new()
    {
        ["Deployment"] = "apps/v1",
        ["Service"] = "v1",
        ["PodDisruptionBudget"] = "policy/v1",
        ["HorizontalPodAutoscaler"] = "autoscaling/v2",
        ["ScaledObject"] = "keda.sh/v1alpha1",
        ["ServiceMonitor"] = "monitoring.coreos.com/v1",
        ["NetworkPolicy"] = "networking.k8s.io/v1",
    };

    // As deploy/prometheus has it: up{job="analytics"}.
    private const string Job = "analytics";

    /// <summary>Everything that is wrong with the manifests.</summary>
    public static IReadOnlyList<string> Problems(IReadOnlyList<Yaml> manifests)
    {
        var deployment = manifests.Single(manifest => manifest["kind"].Text == "Deployment");
        var labels = deployment["spec.template.metadata.labels"].Map;
        var services = manifests.Where(manifest => manifest["kind"].Text == "Service").ToArray();
        return
        [
            .. manifests.SelectMany(Head), .. Pod(deployment), .. Container(deployment),
            .. from manifest in manifests
               from selector in SelectorsOfPods(manifest)
               where selector.Count == 0 || !Matches(selector, labels)
               select $"{manifest["kind"].Text} {manifest["metadata.name"].Text}: its selector matches no pod",
            .. from service in services
               from port in service["spec.ports"].Items
               where !PortNames(deployment).Contains(port["targetPort"].Text)
               select $"Service {service["metadata.name"].Text}: there is no port {port["targetPort"].Text}",
            .. manifests.SelectMany(manifest => Others(manifest, deployment, services)),
        ];
    }

    private static IEnumerable<string> Head(Yaml manifest)
    {
        var (kind, name) = (manifest["kind"].Text, manifest["metadata.name"].Text);
        if (!Kinds.TryGetValue(kind, out var version) || version != manifest["apiVersion"].Text)
        {
            yield return $"{kind} {name}: {manifest["apiVersion"].Text} has no such kind";
        }

        if (!DnsLabel().IsMatch(name))
        {
            yield return $"{kind}: '{name}' is no name";
        }
    }

    private static IEnumerable<string> Pod(Yaml deployment)
    {
        var pod = deployment["spec.template.spec"];
        var stopSeconds = SiloProcess.StopTimeMax.TotalSeconds + (int)pod["containers"].Items[0]["lifecycle.preStop.sleep.seconds"].Value.OrZero();
        if ((int)pod["terminationGracePeriodSeconds"].Value.OrZero() < stopSeconds + 5)
        {
            yield return $"terminationGracePeriodSeconds is shorter than a stop, {stopSeconds} s";
        }

        if (pod["securityContext.runAsNonRoot"].Value is not true)
        {
            yield return "the pod may run as root";
        }

        var volumes = pod["volumes"].Items.Select(volume => volume["name"].Text).ToHashSet();
        foreach (var mount in pod["containers"].Items.SelectMany(container => container["volumeMounts"].Items).Where(mount => !volumes.Contains(mount["name"].Text)))
        {
            yield return $"there is no volume {mount["name"].Text}";
        }
    }

    private static IEnumerable<string> Container(Yaml deployment)
    {
        var container = deployment["spec.template.spec.containers"].Items.Single();
        if (!PinnedImage.IsPinned(container["image"].Text))
        {
            yield return $"image {container["image"].Text} has no fixed tag";
        }

        foreach (var probe in (string[])["startupProbe", "readinessProbe", "livenessProbe"])
        {
            if (!PortNames(deployment).Contains(container[probe + ".httpGet.port"].Text))
            {
                yield return $"{probe}: there is no port {container[probe + ".httpGet.port"].Text}";
            }
        }

        foreach (var name in (string[])["requests.cpu", "requests.memory", "limits.memory"])
        {
            if (!Quantity().IsMatch(container["resources." + name].Text))
            {
                yield return $"resources.{name} is not a quantity";
            }
        }

        foreach (var same in container["env"].Items.GroupBy(variable => variable["name"].Text).Where(same => same.Count() > 1))
        {
            yield return $"{same.Key} is given twice";
        }

        foreach (var variable in container["env"].Items.Where(variable => !variable["valueFrom"].Exists && variable["value"].Value is not string))
        {
            yield return $"{variable["name"].Text} is no text";
        }

        foreach (var variable in container["env"].Items.Where(variable => SecretText.IsSecret(variable["name"].Text) && !variable["valueFrom.secretKeyRef.name"].Exists))
        {
            yield return $"{variable["name"].Text} is a secret in clear";
        }
    }

    private static IEnumerable<string> Others(Yaml manifest, Yaml deployment, Yaml[] services)
    {
        var (kind, name) = (manifest["kind"].Text, deployment["metadata.name"].Text);
        if (kind is "HorizontalPodAutoscaler" or "ScaledObject" && manifest["spec.scaleTargetRef.name"].Text != name)
        {
            yield return $"{kind}: it scales {manifest["spec.scaleTargetRef.name"].Text}";
        }

        if (kind is "HorizontalPodAutoscaler" or "ScaledObject" && deployment["spec.replicas"].Exists)
        {
            yield return $"{kind}: the Deployment has a number of replicas of its own";
        }

        if (kind == "ServiceMonitor")
        {
            var scraped = services.Where(service => Matches(manifest["spec.selector.matchLabels"].Map, service["metadata.labels"].Map)).ToArray();
            if (scraped.Length != 1 || !scraped[0]["spec.ports"].Items.Any(port => port["name"].Text == manifest["spec.endpoints"].Items[0]["port"].Text))
            {
                yield return "ServiceMonitor: it matches not one service with that port";
            }

            var jobLabel = manifest["spec.jobLabel"].Text;
            if (scraped.Any(service => service["metadata.labels"].Map.GetValueOrDefault(jobLabel)?.Text != Job))
            {
                yield return $"ServiceMonitor: {Job}, the alert rules' job, is not what {jobLabel} is";
            }
        }

        if (kind == "Deployment" && ValueOf(manifest, "Analytics__Kafka__Queues") != ValueOf(manifest, "Analytics__Log__Partitions"))
        {
            yield return "there are not as many queues as partitions: silos share queues evenly";
        }

        foreach (var port in manifest["spec.ingress"].Items.SelectMany(rule => rule["ports"].Items).Where(port => !PortNames(deployment).Contains(port["port"].Text)))
        {
            yield return $"{kind}: there is no port {port["port"].Text}";
        }
    }

    private static string? ValueOf(Yaml deployment, string variable) =>
        deployment["spec.template.spec.containers"].Items.Single()["env"].Items.FirstOrDefault(one => one["name"].Text == variable)?["value"].Text;

    private static IEnumerable<IReadOnlyDictionary<string, Yaml>> SelectorsOfPods(Yaml manifest) => manifest["kind"].Text switch
    {
        "Deployment" or "PodDisruptionBudget" => [manifest["spec.selector.matchLabels"].Map],
        "Service" => [manifest["spec.selector"].Map],
        "NetworkPolicy" => [manifest["spec.podSelector.matchLabels"].Map],
        _ => [],
    };

    private static bool Matches(IReadOnlyDictionary<string, Yaml> selector, IReadOnlyDictionary<string, Yaml> labels) =>
        selector.All(wanted => labels.TryGetValue(wanted.Key, out var label) && label.Text == wanted.Value.Text);

    private static HashSet<string> PortNames(Yaml deployment) =>
        [.. deployment["spec.template.spec.containers"].Items.SelectMany(container => container["ports"].Items).Select(port => port["name"].Text)];

    private static int OrZero(this object? number) => number is null ? 0 : Convert.ToInt32(number, System.Globalization.CultureInfo.InvariantCulture);

    [GeneratedRegex("^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$")]
    private static partial Regex DnsLabel();

    [GeneratedRegex(@"^\d+(\.\d+)?(m|Mi|Gi)?$")]
    private static partial Regex Quantity();
}
