using System.Collections.Frozen;
using System.Globalization;
using Analytics.Grains.ClickHouse;
using Microsoft.AspNetCore.WebUtilities;

namespace Analytics.Silo.ClickHouseServer.Protocol;

/// <summary>
/// The parameters of a request, of which the first of a name counts, case of letters included: those of the protocol, <c>param_NAME</c> values of
/// placeholders, and every other one a setting of the engine.
/// </summary>
internal sealed class RequestParameters
{
    private const string ValuePrefix = "param_";

    private static readonly FrozenSet<string> OfProtocol = new[]
    {
        "query", "database", "default_format", "user", "password", "quota_key", "query_id", "session_id", "session_timeout", "session_check", "close_session",
        "compress", "decompress", "buffer_size", "wait_end_of_query", "stacktrace", "client_protocol_version", "role", "readonly",

        // Settings that are about HTTP, and mean something to ClickHouse's own server only or are taken care of here.
        "enable_http_compression", "http_zlib_compression_level", "http_response_buffer_size", "http_wait_end_of_query", "send_progress_in_http_headers",
        "http_headers_progress_interval_ms", "add_http_cors_header", "cancel_http_readonly_queries_on_client_close", "http_write_exception_in_output_format",
        "http_native_compression_disable_checksumming_on_decompress", "http_max_uri_size", "log_queries",
    }.ToFrozenSet(StringComparer.Ordinal);

    private readonly Dictionary<string, string> _all = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _values = new(StringComparer.Ordinal);
    private readonly List<KeyValuePair<string, string>> _settings = [];

    /// <summary>Values of placeholders by name, as they came: ClickHouse text.</summary>
    public IReadOnlyDictionary<string, string> Values => _values;

    /// <summary>Settings of the engine, in order.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Settings => _settings;

    /// <summary>A parameter; <see langword="null"/> when it is not there.</summary>
    public string? this[string name] => _all.GetValueOrDefault(name);

    /// <summary>Reads an address's parameters.</summary>
    public static RequestParameters Of(QueryString query)
    {
        var parameters = new RequestParameters();
        foreach (var pair in new QueryStringEnumerable(query.Value))
        {
            parameters.Add(pair.DecodeName().ToString(), pair.DecodeValue().ToString());
        }

        return parameters;
    }

    /// <summary>Adds one, unless there is one of its name.</summary>
    public void Add(string name, string value)
    {
        if (name.Length == 0 || !_all.TryAdd(name, value) || OfProtocol.Contains(name))
        {
            return;
        }

        if (name.StartsWith(ValuePrefix, StringComparison.Ordinal))
        {
            _values.Add(name[ValuePrefix.Length..], value);
        }
        else
        {
            _settings.Add(new KeyValuePair<string, string>(name, value));
        }
    }

    /// <summary>Whether a switch is on.</summary>
    /// <param name="name">The parameter.</param>
    /// <param name="isDefault">Without it.</param>
    /// <exception cref="ClickHouseException">It is neither on nor off.</exception>
    public bool IsOn(string name, bool isDefault = false) => this[name] switch
    {
        null => isDefault,
        "1" or "true" => true,
        "0" or "false" or "" => false,
        var other => throw new ClickHouseException(27, $"Cannot parse input: parameter {name} is 0 or 1, not '{other}'. (CANNOT_PARSE_INPUT_ASSERTION_FAILED)"),
    };

    /// <summary>A number that must not be negative; the default without it.</summary>
    /// <exception cref="ClickHouseException">It is no such number.</exception>
    public long Number(string name, long defaultValue, int errorCode)
    {
        if (this[name] is not { } text)
        {
            return defaultValue;
        }

        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new ClickHouseException(errorCode, $"Parameter {name} is a whole number, not '{text}'.");
    }
}
