using Analytics.Grains.ClickHouse;
using Analytics.Grains.ClickHouse.Embedded;
using Analytics.Silo.ClickHouseServer.Protocol;
using Analytics.Silo.ClickHouseServer.Sql;

namespace Analytics.Silo.ClickHouseServer.Engine;

/// <summary>
/// What even a user with full access cannot send: several statements, commands of ClickHouse's command-line client (which the embedded engine is in part),
/// files that are that client's own, and changes where the request says there are none.
/// </summary>
internal static class OwnerStatement
{
    /// <summary>Returns when the statement may run: whether it only reads.</summary>
    /// <exception cref="ClickHouseException">It may not, or is none.</exception>
    public static bool Check(EmbeddedConnection connection, ServedRequest request, EmbeddedClickHouse engine)
    {
        if (request.Data is not null)
        {
            RequireWriting(request);
            return false;
        }

        var (statementClass, count) = connection.Classify(request.Sql);
        if (statementClass == ChdbNative.ClassUnknown)
        {
            ReaderStatement.RequireSyntax(connection, request.Sql);
        }

        if (count > 1)
        {
            throw new ClickHouseException(ErrorCodes.SyntaxError, "Syntax error: Multi-statements are not allowed.");
        }

        if (StatementWords.HasLocalFile(request.Sql))
        {
            throw new ClickHouseException(ErrorCodes.IntoOutfileNotAllowed, "INTO OUTFILE and FROM INFILE are not allowed: the answer and the data are the request's.");
        }

        var isReading = statementClass == ChdbNative.ClassReadOnly;
        if (!isReading && StatementWords.First(request.Sql) is not ("SET" or "USE"))
        {
            RequireWriting(request);
            engine.RequireSpace();
        }

        return isReading;
    }

    private static void RequireWriting(ServedRequest request)
    {
        if (request.IsReadOnly)
        {
            throw new ClickHouseException(
                ErrorCodes.Readonly,
                "Cannot execute query in readonly mode. For queries over HTTP, method GET implies readonly. You should use method POST for modifying queries.");
        }
    }
}
