using Analytics.Grains.Configuration;

namespace Analytics.Silo.Configuration;

/// <summary>What the settings of the served engine must be, each and to each other.</summary>
internal static class ServeRules
{
    /// <summary>Characters of a password at most.</summary>
    public const int PasswordCharsMax = 256;

    private const int NameCharsMax = 128;

    /// <summary>In the place of Kestrel's own hosts <c>*</c> and <c>+</c>, which are no URIs.</summary>
    private const string AnyHost = "//any";

    /// <summary>Whether nothing is given, or one address to listen on.</summary>
    public static bool IsAddress(string? address) => address is null || TryParse(address, out _);

    /// <summary>Whether a user can have this name.</summary>
    public static bool IsName(string? name) => name is { Length: > 0 and <= NameCharsMax } && !name.Any(char.IsControl);

    /// <summary>Adds a problem for each broken relation.</summary>
    /// <param name="options">Settings, each right by itself.</param>
    /// <param name="section">Where they are from: the names of list elements are there.</param>
    /// <param name="problems">Gets the problems.</param>
    public static void Check(AnalyticsOptions options, IConfigurationSection section, List<SettingProblem> problems)
    {
        var clickHouse = options.ClickHouse;
        string[] paths = [.. section.GetSection("ClickHouse:ServeUsers").GetChildren().Select(child => child.Path)];
        CheckNames(clickHouse.ServeUsers, paths, problems);
        if (clickHouse.Serve is not { } address)
        {
            return;
        }

        var setting = $"{AnalyticsOptions.SectionName}:ClickHouse:Serve";
        if (clickHouse.Kind != "Embedded")
        {
            problems.Add(new SettingProblem(setting, address, "only the embedded engine is served; a ClickHouse of its own (ClickHouse:Kind) is asked directly"));
        }

        // Its compressed and its plain form, each of which grows by doubling.
        if (4L * clickHouse.ServeBodyBytesMax > clickHouse.ServeBodiesBytesMax)
        {
            problems.Add(new SettingProblem(
                $"{AnalyticsOptions.SectionName}:ClickHouse:ServeBodyBytesMax", null, "times 4 must be at most ClickHouse:ServeBodiesBytesMax: a body may be in memory four times over"));
        }

        if (!IsLoopback(address))
        {
            CheckPasswords(clickHouse.ServeUsers, paths, setting, address, problems);
        }
    }

    /// <summary>Whether only this machine can reach the address.</summary>
    public static bool IsLoopback(string address) => TryParse(address, out var uri) && uri.IsLoopback;

    private static bool TryParse(string address, out Uri uri)
    {
        var text = address.Trim().Replace("//*", AnyHost, StringComparison.Ordinal).Replace("//+", AnyHost, StringComparison.Ordinal);
        return Uri.TryCreate(text, UriKind.Absolute, out uri!) && uri.Scheme == Uri.UriSchemeHttp && uri.PathAndQuery == "/"
            && uri.UserInfo.Length == 0 && uri.Fragment.Length == 0;
    }

    private static void CheckNames(IReadOnlyList<ServeUser> users, string[] paths, List<SettingProblem> problems)
    {
        var seen = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var i = 0; i < users.Count; i++)
        {
            if (!seen.TryAdd(users[i].Name, paths[i]))
            {
                problems.Add(new SettingProblem(paths[i] + ":Name", users[i].Name, $"a name belongs to one user; {seen[users[i].Name]} has it already"));
            }
        }
    }

    private static void CheckPasswords(
        IReadOnlyList<ServeUser> users, string[] paths, string setting, string address, List<SettingProblem> problems)
    {
        if (users.Count == 0)
        {
            problems.Add(new SettingProblem(
                setting, address, "without ClickHouse:ServeUsers everybody may read: name users with passwords, or listen on a loopback address such as http://127.0.0.1:8123"));
        }

        for (var i = 0; i < users.Count; i++)
        {
            if (users[i].Password.Length == 0)
            {
                problems.Add(new SettingProblem(
                    paths[i] + ":Password", null, $"must be given, since {setting} = '{address}' can be reached from other machines"));
            }
        }
    }
}
