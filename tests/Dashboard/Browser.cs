using Microsoft.Playwright;
using Xunit;

namespace Analytics.Tests.Dashboard;

/// <summary>A real Chromium. Every page of it notes what it asks of other servers, what it cannot do and what goes wrong in it.</summary>
internal sealed class Browser : IAsyncDisposable
{
    private static readonly string[] Executables = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

    private static readonly string[] Arguments =
        ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run"];

    // Far beyond what anything here takes, so that a busy machine does not fail a test.
    private const float TimeoutMs = 20_000;

    private readonly IPlaywright _playwright;
    private readonly IBrowser _browser;

    private Browser(IPlaywright playwright, IBrowser browser)
    {
        _playwright = playwright;
        _browser = browser;
    }

    /// <summary>Starts it; fails with what to do where there is none.</summary>
    public static async Task<Browser> StartAsync()
    {
        var executable = Environment.GetEnvironmentVariable("CHROMIUM_PATH") ?? Array.Find(Executables, File.Exists);
        Assert.True(executable is not null, "There is no Chromium. Run ./test, which installs it for root, or apt-get install chromium, or set CHROMIUM_PATH.");
        Assertions.SetDefaultExpectTimeout(TimeoutMs);
        var playwright = await Playwright.CreateAsync();
        return new Browser(playwright, await playwright.Chromium.LaunchAsync(new() { ExecutablePath = executable, Args = Arguments }));
    }

    /// <summary>A page of a visitor who has never been there.</summary>
    /// <param name="address">The server; paths are relative to it.</param>
    /// <param name="scheme">What his system says he likes.</param>
    /// <param name="width">Of the window, in pixels.</param>
    public async Task<VisitedPage> OpenAsync(Uri address, ColorScheme scheme = ColorScheme.Light, int width = 1280)
    {
        var context = await _browser.NewContextAsync(new()
        {
            BaseURL = address.ToString(),
            ColorScheme = scheme,
            ViewportSize = new() { Width = width, Height = 860 },
        });
        context.SetDefaultTimeout(TimeoutMs);
        return new VisitedPage(await context.NewPageAsync(), address);
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _browser.DisposeAsync();
        _playwright.Dispose();
    }
}
