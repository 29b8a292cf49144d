using System.Collections.Frozen;

namespace Analytics.Silo.ClickHouseServer.Protocol;

/// <summary>ClickHouse's error codes that the server itself gives, and the HTTP status of every code, as ClickHouse maps them.</summary>
internal static class ErrorCodes
{
    public const int BadArguments = 36;
    public const int ChecksumDoesntMatch = 40;
    public const int NotImplemented = 48;
    public const int SyntaxError = 62;
    public const int UnknownFormat = 73;
    public const int UnknownCompressionMethod = 89;
    public const int UnknownSetting = 115;
    public const int Readonly = 164;
    public const int TooManySimultaneousQueries = 202;
    public const int QueryIsTooLarge = 229;
    public const int MemoryLimitExceeded = 241;
    public const int CannotDecompress = 271;
    public const int ZlibInflateFailed = 354;
    public const int IntoOutfileNotAllowed = 358;
    public const int SessionNotFound = 372;
    public const int SessionIsLocked = 373;
    public const int InvalidSessionTimeout = 374;
    public const int HttpLengthRequired = 381;
    public const int BrotliReadFailed = 448;
    public const int UnknownRole = 511;
    public const int AuthenticationFailed = 516;
    public const int UnknownException = 1002;

    /// <summary>Names of the codes above and of those that checks in front of the engine give: the engine's own messages end in theirs.</summary>
    private static readonly FrozenDictionary<int, string> Names = new Dictionary<int, string>
    {
        [BadArguments] = "BAD_ARGUMENTS",
        [ChecksumDoesntMatch] = "CHECKSUM_DOESNT_MATCH",
        [NotImplemented] = "NOT_IMPLEMENTED",
        [SyntaxError] = "SYNTAX_ERROR",
        [UnknownFormat] = "UNKNOWN_FORMAT",
        [UnknownCompressionMethod] = "UNKNOWN_COMPRESSION_METHOD",
        [UnknownSetting] = "UNKNOWN_SETTING",
        [Readonly] = "READONLY",
        [TooManySimultaneousQueries] = "TOO_MANY_SIMULTANEOUS_QUERIES",
        [QueryIsTooLarge] = "QUERY_IS_TOO_LARGE",
        [MemoryLimitExceeded] = "MEMORY_LIMIT_EXCEEDED",
        [243] = "NOT_ENOUGH_SPACE",
        [CannotDecompress] = "CANNOT_DECOMPRESS",
        [ZlibInflateFailed] = "ZLIB_INFLATE_FAILED",
        [IntoOutfileNotAllowed] = "INTO_OUTFILE_NOT_ALLOWED",
        [SessionNotFound] = "SESSION_NOT_FOUND",
        [SessionIsLocked] = "SESSION_IS_LOCKED",
        [InvalidSessionTimeout] = "INVALID_SESSION_TIMEOUT",
        [HttpLengthRequired] = "HTTP_LENGTH_REQUIRED",
        [396] = "TOO_MANY_ROWS_OR_BYTES",
        [BrotliReadFailed] = "BROTLI_READ_FAILED",
        [UnknownRole] = "UNKNOWN_ROLE",
        [AuthenticationFailed] = "AUTHENTICATION_FAILED",
        [UnknownException] = "UNKNOWN_EXCEPTION",
    }.ToFrozenDictionary();

    /// <summary>A code's name; <see langword="null"/> for one that only the engine gives.</summary>
    public static string? NameOf(int code) => Names.GetValueOrDefault(code);

    /// <summary>A code's HTTP status.</summary>
    public static int StatusOf(int code) => code switch
    {
        194 => StatusCodes.Status401Unauthorized, // REQUIRED_PASSWORD

        // UNKNOWN_USER, WRONG_PASSWORD, ACCESS_DENIED, SET_NON_GRANTED_ROLE
        192 or 193 or 497 or 512 or AuthenticationFailed => StatusCodes.Status403Forbidden,

        // What cannot be parsed, is out of range, or is written in a way that cannot be.
        6 or 8 or 15 or 25 or 26 or 27 or BadArguments or 37 or 38 or 41 or 44 or 53 or SyntaxError or 72 or 117 or 123 or 167 or 168 or 223 or 321 or 376
            or 427 or 441 or 675 or 676 => StatusCodes.Status400BadRequest,

        // UNKNOWN_ FUNCTION, IDENTIFIER, TYPE, STORAGE, TABLE, AGGREGATE_FUNCTION, FORMAT, TYPE_OF_QUERY, DATABASE, SETTING, DIRECTION_OF_SORTING,
        // DATABASE_ENGINE, ROLE
        46 or 47 or 50 or 56 or 60 or 63 or UnknownFormat or 78 or 81 or UnknownSetting or 152 or 336 or UnknownRole => StatusCodes.Status404NotFound,
        159 => StatusCodes.Status408RequestTimeout, // TIMEOUT_EXCEEDED
        HttpLengthRequired => StatusCodes.Status411LengthRequired,
        QueryIsTooLarge => StatusCodes.Status413PayloadTooLarge,
        NotImplemented => StatusCodes.Status501NotImplemented,
        76 or 209 or 439 => StatusCodes.Status503ServiceUnavailable, // CANNOT_OPEN_FILE, SOCKET_TIMEOUT, CANNOT_SCHEDULE_TASK
        _ => StatusCodes.Status500InternalServerError,
    };
}
