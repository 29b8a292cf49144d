// Goal: the administrators' pages open to their token, however it is sent, and to nothing else.
using System.Text;
using Analytics.Silo.Cluster;
using Xunit;

namespace Analytics.Tests.Cluster;

public sealed class AdminAccessTests
{
    private const string Token = "correct horse: battery";

    private readonly AdminAccess _access = new(Token);

    [Fact]
    public void The_token_opens_as_a_bearer_token_and_as_the_password_of_any_name()
    {
        Assert.True(_access.IsRight("Bearer " + Token));
        Assert.True(_access.IsRight(Basic("me:" + Token)));
        Assert.True(_access.IsRight(Basic(":" + Token)));
    }

    [Fact]
    public void Nothing_else_opens()
    {
        Assert.False(_access.IsRight(null));
        Assert.False(_access.IsRight(string.Empty));
        Assert.False(_access.IsRight(Token));
        Assert.False(_access.IsRight("Bearer "));
        Assert.False(_access.IsRight("Bearer " + Token + "x"));
        Assert.False(_access.IsRight(Basic(Token[..^1])));
        Assert.False(_access.IsRight(Basic("me")));
        Assert.False(_access.IsRight("Basic not base64"));
    }

    private static string Basic(string pair) => "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes(pair));
}
