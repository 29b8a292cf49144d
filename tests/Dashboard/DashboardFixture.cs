using System.Text;
using Analytics.Tests.Integration;
using Xunit;

namespace Analytics.Tests.Dashboard;

/// <summary>One browser and one real silo for all tests of the dashboard. The first page was opened before the silo had any event.</summary>
public sealed class DashboardFixture : IAsyncLifetime
{
    /// <summary>Bytes of a text at first, so that there are dead letters; a test raises it.</summary>
    internal const string TightLimit = "--Analytics:Limits:StringBytesMax=200";

    internal RunningSilo Silo { get; private set; } = null!;

    internal Browser Browser { get; private set; } = null!;

    /// <summary>The overview, open since before the first event.</summary>
    internal VisitedPage FirstPage { get; private set; } = null!;

    /// <summary>What it showed then.</summary>
    internal string FirstText { get; private set; } = string.Empty;

    internal Uri Address => Silo.Http.BaseAddress!;

    public async ValueTask InitializeAsync()
    {
        Browser = await Browser.StartAsync();
        Silo = await RunningSilo.StartNewAsync(TightLimit);
        FirstPage = await OpenAsync();
        await FirstPage.GoAsync("#/");
        await FirstPage.Page.GetByText("No events yet").WaitForAsync();
        FirstText = await FirstPage.Page.InnerTextAsync("main");
    }

    public async ValueTask DisposeAsync()
    {
        await (FirstPage?.DisposeAsync() ?? default);
        await (Browser?.DisposeAsync() ?? default);
        await (Silo?.DisposeAsync() ?? default);
    }

    internal Task<VisitedPage> OpenAsync(Microsoft.Playwright.ColorScheme scheme = Microsoft.Playwright.ColorScheme.Light, int width = 1280) => Browser.OpenAsync(Address, scheme, width);

    internal Task SendAsync(string events) => Silo.PostEventsAsync(Encoding.UTF8.GetBytes(events));
}
