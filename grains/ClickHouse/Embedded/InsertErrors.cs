using System.Collections.Frozen;

namespace Analytics.Grains.ClickHouse.Embedded;

/// <summary>Which errors of an insert are known to come up while its block is read or checked, before a part is written.</summary>
/// <remarks>With any other one the outcome counts as unknown: the caller reads the positions back, which is cheap; a wrong "nothing was inserted"
/// would double rows.</remarks>
internal static class InsertErrors
{
    private static readonly FrozenSet<int> BeforeWriting = new[]
    {
        6, // CANNOT_PARSE_TEXT
        8, // THERE_IS_NO_COLUMN
        10, // NOT_FOUND_COLUMN_IN_BLOCK
        16, // NO_SUCH_COLUMN_IN_TABLE
        20, // NUMBER_OF_COLUMNS_DOESNT_MATCH
        27, // CANNOT_PARSE_INPUT_ASSERTION_FAILED
        32, // ATTEMPT_TO_READ_AFTER_EOF
        33, // CANNOT_READ_ALL_DATA
        50, // UNKNOWN_TYPE
        53, // TYPE_MISMATCH
        60, // UNKNOWN_TABLE
        62, // SYNTAX_ERROR
        70, // CANNOT_CONVERT_TYPE
        81, // UNKNOWN_DATABASE
        117, // INCORRECT_DATA
        131, // TOO_LARGE_STRING_SIZE
        252, // TOO_MANY_PARTS
        349, // CANNOT_INSERT_NULL_IN_ORDINARY_COLUMN
        407, // DECIMAL_OVERFLOW
        469, // VIOLATED_CONSTRAINT
    }.ToFrozenSet();

    /// <summary>Whether nothing can have been written when the insert failed with this code.</summary>
    public static bool AreBeforeWriting(int code) => BeforeWriting.Contains(code);
}
