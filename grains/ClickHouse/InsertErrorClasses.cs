using System.Text.RegularExpressions;

namespace Analytics.Grains.ClickHouse;

/// <summary>Sorts the errors of inserts; the only place that knows ClickHouse's error codes for them.</summary>
/// <remarks>
/// A code alone does not tell. <c>CANNOT_PARSE_TEXT</c> comes from a MATERIALIZED expression that does not like a row, from a column whose type
/// somebody changed (the block is converted while it is read), and from a view attached to the table. The end of the message says where it was; a row's
/// own values are never at its end but in quotes before it, so that no event can pretend.
/// </remarks>
public static partial class InsertErrorClasses
{
    /// <summary>TOO_MANY_PARTS: merges are behind. They need seconds, so the first wait is longer than for other errors.</summary>
    public const int TooManyParts = 252;

    // All of them come up before the block's part is committed: while the statement is prepared, the block read, or the part written.
    private static readonly Dictionary<int, InsertErrorClass> BeforeWriting = new()
    {
        [8] = InsertErrorClass.RefreshSchema, // THERE_IS_NO_COLUMN: the block has a column that the statement does not expect
        [10] = InsertErrorClass.RefreshSchema, // NOT_FOUND_COLUMN_IN_BLOCK: a column went between preparing and writing
        [16] = InsertErrorClass.RefreshSchema, // NO_SUCH_COLUMN_IN_TABLE: a named column was dropped, renamed, or made an ALIAS
        [20] = InsertErrorClass.RefreshSchema, // NUMBER_OF_COLUMNS_DOESNT_MATCH
        [44] = InsertErrorClass.RefreshSchema, // ILLEGAL_COLUMN: a named column was made MATERIALIZED
        [53] = InsertErrorClass.RefreshSchema, // TYPE_MISMATCH: the block's type cannot become the column's
        [60] = InsertErrorClass.RefreshSchema, // UNKNOWN_TABLE: dropped, detached or renamed
        [81] = InsertErrorClass.RefreshSchema, // UNKNOWN_DATABASE
        [122] = InsertErrorClass.RefreshSchema, // INCOMPATIBLE_COLUMNS
        [218] = InsertErrorClass.RefreshSchema, // TABLE_IS_DROPPED: while the statement was being prepared
        [741] = InsertErrorClass.RefreshSchema, // TABLE_UUID_MISMATCH: dropped and made anew meanwhile

        [6] = InsertErrorClass.RefuseRows, // CANNOT_PARSE_TEXT: toInt64('x')
        [19] = InsertErrorClass.RefuseRows, // SIZE_OF_FIXED_STRING_DOESNT_MATCH
        [25] = InsertErrorClass.RefuseRows, // CANNOT_PARSE_ESCAPE_SEQUENCE
        [26] = InsertErrorClass.RefuseRows, // CANNOT_PARSE_QUOTED_STRING
        [27] = InsertErrorClass.RefuseRows, // CANNOT_PARSE_INPUT_ASSERTION_FAILED
        [32] = InsertErrorClass.RefuseRows, // ATTEMPT_TO_READ_AFTER_EOF: toInt64('')
        [36] = InsertErrorClass.RefuseRows, // BAD_ARGUMENTS: what many functions say of a value; the search shows whether rows are to blame
        [38] = InsertErrorClass.RefuseRows, // CANNOT_PARSE_DATE
        [41] = InsertErrorClass.RefuseRows, // CANNOT_PARSE_DATETIME
        [69] = InsertErrorClass.RefuseRows, // ARGUMENT_OUT_OF_BOUND: range(1000000000)
        [70] = InsertErrorClass.RefuseRows, // CANNOT_CONVERT_TYPE: accurateCast(-1, 'UInt8')
        [72] = InsertErrorClass.RefuseRows, // CANNOT_PARSE_NUMBER
        [117] = InsertErrorClass.RefuseRows, // INCORRECT_DATA: base64Decode, JSON
        [128] = InsertErrorClass.RefuseRows, // TOO_LARGE_ARRAY_SIZE
        [130] = InsertErrorClass.RefuseRows, // CANNOT_READ_ARRAY_FROM_TEXT
        [131] = InsertErrorClass.RefuseRows, // TOO_LARGE_STRING_SIZE: a FixedString, repeat()
        [135] = InsertErrorClass.RefuseRows, // ZERO_ARRAY_OR_TUPLE_INDEX
        [153] = InsertErrorClass.RefuseRows, // ILLEGAL_DIVISION: intDiv(1, 0)
        [190] = InsertErrorClass.RefuseRows, // SIZES_OF_ARRAYS_DONT_MATCH
        [248] = InsertErrorClass.RefuseRows, // INVALID_PARTITION_VALUE
        [321] = InsertErrorClass.RefuseRows, // VALUE_IS_OUT_OF_RANGE_OF_DATA_TYPE
        [349] = InsertErrorClass.RefuseRows, // CANNOT_INSERT_NULL_IN_ORDINARY_COLUMN
        [366] = InsertErrorClass.RefuseRows, // SIZES_OF_NESTED_COLUMNS_ARE_INCONSISTENT
        [376] = InsertErrorClass.RefuseRows, // CANNOT_PARSE_UUID
        [395] = InsertErrorClass.RefuseRows, // FUNCTION_THROW_IF_VALUE_IS_NON_ZERO
        [407] = InsertErrorClass.RefuseRows, // DECIMAL_OVERFLOW
        [427] = InsertErrorClass.RefuseRows, // CANNOT_COMPILE_REGEXP: a pattern made of a value
        [441] = InsertErrorClass.RefuseRows, // CANNOT_PARSE_DOMAIN_VALUE_FROM_STRING
        [467] = InsertErrorClass.RefuseRows, // CANNOT_PARSE_BOOL
        [469] = InsertErrorClass.RefuseRows, // VIOLATED_CONSTRAINT
        [563] = InsertErrorClass.RefuseRows, // CANNOT_READ_MAP_FROM_TEXT
        [632] = InsertErrorClass.RefuseRows, // UNEXPECTED_DATA_AFTER_PARSED_VALUE
        [675] = InsertErrorClass.RefuseRows, // CANNOT_PARSE_IPV4
        [676] = InsertErrorClass.RefuseRows, // CANNOT_PARSE_IPV6
        [691] = InsertErrorClass.RefuseRows, // UNKNOWN_ELEMENT_OF_ENUM
        [760] = InsertErrorClass.RefuseRows, // UNICODE_ERROR

        [33] = InsertErrorClass.Retry, // CANNOT_READ_ALL_DATA: the block was cut
        [48] = InsertErrorClass.Retry, // NOT_IMPLEMENTED: somebody put a view in the table's place
        [50] = InsertErrorClass.Retry, // UNKNOWN_TYPE
        [62] = InsertErrorClass.Retry, // SYNTAX_ERROR
        [242] = InsertErrorClass.Retry, // TABLE_IS_READ_ONLY
        [TooManyParts] = InsertErrorClass.Retry,
        [774] = InsertErrorClass.Retry, // TABLE_IS_PERMANENTLY_READ_ONLY: setting table_readonly
    };

    /// <summary>What to do about it. What is not known is tried again.</summary>
    public static InsertErrorClass Of(ClickHouseException error)
    {
        if (IsOfView(error.Message))
        {
            return InsertErrorClass.Retry;
        }

        var known = BeforeWriting.GetValueOrDefault(error.Code);
        return (known == InsertErrorClass.RefuseRows || IsConverting(error.Message)) && IsReadingBlock(error.Message)
            ? InsertErrorClass.RefreshSchema
            : known;
    }

    /// <summary>Whether a view attached to the table failed. The table itself has the rows or has not: the engine writes them first.</summary>
    public static bool IsOfView(string message) => OfView().IsMatch(message);

    /// <summary>Whether nothing can have been written when an insert failed like this. With any other error the outcome counts as unknown: reading the
    /// positions back is cheap, a wrong "nothing was inserted" would double rows.</summary>
    public static bool AreBeforeWriting(int code, string message) => BeforeWriting.ContainsKey(code) && !IsOfView(message);

    private static bool IsConverting(string message) => message.Contains("while converting column ", StringComparison.Ordinal);

    // The values of a block that cannot become the column's type are of a type the table no longer has.
    private static bool IsReadingBlock(string message) => ReadingBlock().IsMatch(message);

    [GeneratedRegex(@": while pushing to view [^']+\. \([A-Z0-9_]+\)( \(version [^()']*\))?\s*$", RegexOptions.CultureInvariant)]
    private static partial Regex OfView();

    [GeneratedRegex(@": While executing Native\. \([A-Z0-9_]+\)( \(version [^()']*\))?\s*$", RegexOptions.CultureInvariant)]
    private static partial Regex ReadingBlock();
}
