using System.Collections.Concurrent;
using Microsoft.Playwright;
using Xunit;

namespace Analytics.Tests.Dashboard;

/// <summary>A page in the browser, and what went wrong in it.</summary>
internal sealed class VisitedPage : IAsyncDisposable
{
    private readonly ConcurrentQueue<string> _faults = new();

    /// <summary>Begins to note.</summary>
    public VisitedPage(IPage page, Uri address)
    {
        Page = page;
        page.PageError += (_, error) => _faults.Enqueue($"error: {error}");
        page.Console += (_, message) =>
        {
            // What a server answers is the test's own matter; a broken policy or script is not.
            if (message.Type == "error" && !message.Text.StartsWith("Failed to load resource", StringComparison.Ordinal))
            {
                _faults.Enqueue($"console: {message.Text}");
            }
        };
        page.Request += (_, request) =>
        {
            if (new Uri(request.Url).Authority != address.Authority)
            {
                _faults.Enqueue($"request elsewhere: {request.Url}");
            }
        };
    }

    /// <summary>The page.</summary>
    public IPage Page { get; }

    /// <summary>Goes to an address after the #, and waits until the page has its title.</summary>
    public async Task GoAsync(string hash)
    {
        await Page.GotoAsync("/" + hash);
        await Page.Locator("main h1").WaitForAsync();
    }

    /// <summary>The number in a tile.</summary>
    public ILocator Tile(string name) => Page.Locator($"[data-tile={name}] dd").First;

    /// <summary>Nothing went wrong so far.</summary>
    public void MustBeWell() => Assert.Empty(_faults);

    /// <inheritdoc />
    public async ValueTask DisposeAsync() => await Page.Context.DisposeAsync();
}
