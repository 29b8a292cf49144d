using System.Globalization;

namespace Analytics.Silo.Audit;

/// <summary>The arguments of <c>audit</c>: its own, and settings of the server, which begin with <c>--Analytics:</c>.</summary>
/// <param name="Request">What is to be audited.</param>
/// <param name="IsJson">Whether the report is printed as JSON.</param>
/// <param name="IsHelp">Whether only the usage is asked for.</param>
/// <param name="Settings">The settings.</param>
internal sealed record AuditArguments(AuditRequest Request, bool IsJson, bool IsHelp, string[] Settings)
{
    /// <summary>How the command is used.</summary>
    public const string Usage = """
        Usage: audit [--partition=N [--from-offset=N] [--to-offset=N]] [--from=TIME] [--to=TIME] [--deep] [--json] [--Analytics:Setting=value …]

          --partition=N      only this partition of the log; all of them without it
          --from-offset=N    from this offset of the partition on
          --to-offset=N      up to the offset before this one
          --from=TIME        received at this time or later, such as 2026-11-20T10:00:00Z
          --to=TIME          received before this time
          --deep             also compare every field's live numbers with its table; needs a running silo
          --json             print the report as JSON
          --Analytics:…      settings of the server whose data is audited, as it was started with

        Asks the silo that runs on the data directory (Analytics:DataDirectory) at Analytics:Http:Urls; reads the files itself when none does, and
        leaves them as they are. Ends with 0 when everything is there once, 1 when faults were found, 2 when the audit could not be done.
        """;

    private const string SettingStart = "--Analytics:";

    /// <summary>The name of an argument from the name of the request's member.</summary>
    public static string NameOf(string member) => "--" + member.Replace('_', '-');

    /// <summary>Reads the arguments.</summary>
    /// <param name="args">Those behind <c>audit</c>.</param>
    /// <param name="arguments">What they mean.</param>
    /// <returns>What is wrong; <see langword="null"/> when nothing is.</returns>
    public static string? Read(IReadOnlyList<string> args, out AuditArguments arguments)
    {
        arguments = new AuditArguments(new AuditRequest(), IsJson: false, IsHelp: false, []);
        var settings = new List<string>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < args.Count; i++)
        {
            if (args[i].StartsWith(SettingStart, StringComparison.OrdinalIgnoreCase))
            {
                settings.Add(args[i]);
                if (!args[i].Contains('=', StringComparison.Ordinal) && i + 1 < args.Count)
                {
                    settings.Add(args[++i]);
                }

                continue;
            }

            var equals = args[i].IndexOf('=', StringComparison.Ordinal);
            var name = equals < 0 ? args[i] : args[i][..equals];
            if (!seen.Add(name))
            {
                return $"{name} is given twice.";
            }

            if (Take(name, equals < 0 ? null : args[i][(equals + 1)..], ref arguments) is { } problem)
            {
                return problem;
            }
        }

        arguments = arguments with { Settings = [.. settings] };
        return null;
    }

    private static string? Take(string name, string? value, ref AuditArguments arguments)
    {
        var request = arguments.Request;
        switch (name)
        {
            case "--json" or "--deep" or "--help" or "-h" when value is not null:
                return $"{name} takes no value.";
            case "--json":
                arguments = arguments with { IsJson = true };
                return null;
            case "--help" or "-h":
                arguments = arguments with { IsHelp = true };
                return null;
            case "--deep":
                request = request with { Deep = true };
                break;
            case "--from" or "--to" or "--partition" or "--from-offset" or "--to-offset" when string.IsNullOrEmpty(value):
                return $"{name} needs a value: {name}=….";
            case "--from":
                request = request with { From = value };
                break;
            case "--to":
                request = request with { To = value };
                break;
            case "--partition" or "--from-offset" or "--to-offset":
                return TakeNumber(name, value!, ref arguments);
            default:
                return $"There is no argument {name}.";
        }

        arguments = arguments with { Request = request };
        return null;
    }

    private static string? TakeNumber(string name, string value, ref AuditArguments arguments)
    {
        var max = name == "--partition" ? int.MaxValue : long.MaxValue;
        if (!long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number > max)
        {
            return $"{name} is '{value}': it must be a whole number, 0 or more.";
        }

        var request = arguments.Request;
        arguments = arguments with
        {
            Request = name switch
            {
                "--partition" => request with { Partition = (int)number },
                "--from-offset" => request with { FromOffset = number },
                _ => request with { ToOffset = number },
            },
        };
        return null;
    }
}
