using System.Text.RegularExpressions;

namespace Analytics.Grains.ClickHouse.Http;

/// <summary>Reads the error texts of servers into the shape the embedded engine's have: the code apart, at the end the error's name.</summary>
internal static partial class ServerError
{
    /// <summary>The header with the code.</summary>
    public const string CodeHeader = "X-ClickHouse-Exception-Code";

    // USER: unknown, wrong password, password required, and all of them in one since 20.3.
    private static readonly int[] Authentication = [192, 193, 194, 516];

    // TIMEOUT_EXCEEDED, SOCKET_TIMEOUT, NETWORK_ERROR, ABORTED, ALL_CONNECTION_TRIES_FAILED, UNKNOWN_STATUS_OF_INSERT, QUERY_WAS_CANCELLED: the statement was under way.
    private static readonly int[] UnderWay = [159, 209, 210, 236, 279, 319, 394];

    // TABLE_IS_READ_ONLY, REPLICA_IS_NOT_IN_QUORUM, NO_ZOOKEEPER (225), KEEPER_EXCEPTION (999), ALL_REPLICAS_LOST (415): another replica may know.
    private static readonly int[] OfReplica = [225, 242, 289, 415, 999];

    /// <summary>Splits a text into its code and message.</summary>
    /// <param name="text">As it came.</param>
    /// <param name="headerCode">The code by the header, 0 without one.</param>
    /// <returns>Code 0 when the text is not ClickHouse's.</returns>
    public static (int Code, string Message) Parse(string text, int headerCode)
    {
        var (code, message) = EngineError.Parse(Version().Replace(text.Trim(), string.Empty));
        return (code == 0 ? headerCode : code, message);
    }

    /// <summary>Whether the account was not let in.</summary>
    public static bool IsAuthentication(int code) => Array.IndexOf(Authentication, code) >= 0;

    /// <summary>Whether the server may have the same trouble while another replica has not.</summary>
    public static bool IsOfReplica(int code) => Array.IndexOf(OfReplica, code) >= 0;

    /// <summary>Whether a statement that the server answered with this error may have taken effect.</summary>
    public static bool IsOutcomeUnknown(StatementKind kind, int code, string message) => kind switch
    {
        StatementKind.Insert => !IsAuthentication(code) && !InsertErrorClasses.AreBeforeWriting(code, message),
        StatementKind.Execute => Array.IndexOf(UnderWay, code) >= 0,
        _ => false,
    };

    [GeneratedRegex(@"\s*\(version [^()]*(\([^()]*\)[^()]*)?\)\s*\z", RegexOptions.CultureInvariant)]
    private static partial Regex Version();
}
