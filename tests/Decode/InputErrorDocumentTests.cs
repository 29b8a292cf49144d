// Goal: docs/input-errors.md has a row for every code there is, and none for a code there is not.
using System.Reflection;
using System.Text.RegularExpressions;
using Analytics.Silo.Ingest.Decode;
using Xunit;

namespace Analytics.Tests.Decode;

public sealed class InputErrorDocumentTests
{
    [Fact]
    public void Every_code_is_explained()
    {
        var codes = typeof(InputErrorCodes).GetFields(BindingFlags.Public | BindingFlags.Static)
            .Select(field => (string)field.GetRawConstantValue()!).Order();
        var documented = Regex.Matches(File.ReadAllText(Document()), "^\\| `([a-z0-9_]+)` \\|", RegexOptions.Multiline)
            .Select(match => match.Groups[1].Value);
        Assert.Equal(codes, documented.Order());
    }

    private static string Document()
    {
        for (var directory = new DirectoryInfo(AppContext.BaseDirectory); directory is not null; directory = directory.Parent)
        {
            var path = Path.Combine(directory.FullName, "docs", "input-errors.md");
            if (File.Exists(path))
            {
                return path;
            }
        }

        throw new FileNotFoundException("docs/input-errors.md is in no directory above the tests.");
    }
}
