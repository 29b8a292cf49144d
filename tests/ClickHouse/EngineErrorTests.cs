// Goal: the engine's texts become a code and words, wrapped ones the innermost code; texts without a code stay as they are.
using Analytics.Grains.ClickHouse;
using Xunit;

namespace Analytics.Tests.ClickHouse;

public sealed class EngineErrorTests
{
    [Theory]
    [InlineData("Code: 62. DB::Exception: Syntax error: x. (SYNTAX_ERROR)", 62, "Syntax error: x. (SYNTAX_ERROR)")]
    [InlineData("Code: 164. DB::Exception: Code: 497. DB::Exception: no. (ACCESS_DENIED)", 497, "no. (ACCESS_DENIED)")]
    [InlineData("Code: 519. DB::NetException: All attempts failed", 519, "DB::NetException: All attempts failed")]
    [InlineData("Error: Code: 60. DB::Exception: gone", 60, "gone")]
    [InlineData(" Code: 1001. DB::Exception: std::exception\n", 1001, "std::exception")]
    [InlineData("Invalid or closed connection", 0, "Invalid or closed connection")]
    [InlineData("Code: x. DB::Exception: y", 0, "Code: x. DB::Exception: y")]
    [InlineData("Code: 12", 0, "Code: 12")]
    [InlineData("", 0, "")]
    public void A_text_is_a_code_and_words(string text, int code, string message) => Assert.Equal((code, message), EngineError.Parse(text));
}
