using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans;
using Orleans.Hosting;
using Orleans.Runtime;

namespace Analytics.Tests.OrleansEmbedded.Support;

/// <summary>A host with a silo, for one test.</summary>
internal sealed class TestSilo : IAsyncDisposable
{
    private readonly IHost _host;

    private TestSilo(IHost host, Probe probe, CapturedLog log)
    {
        _host = host;
        Probe = probe;
        Log = log;
    }

    public Probe Probe { get; }

    public CapturedLog Log { get; }

    public IGrainFactory Grains => _host.Services.GetRequiredService<IGrainFactory>();

    public IServiceProvider Services => _host.Services;

    public int ActivationCount => _host.Services.GetRequiredService<SiloRuntime>().ActivationCount;

    public static async Task<TestSilo> StartAsync(Action<ISiloBuilder>? configure = null, TimeProvider? time = null)
    {
        var silo = Build(configure, time);
        await silo._host.StartAsync().WithinDeadline();
        return silo;
    }

    public static TestSilo Build(Action<ISiloBuilder>? configure = null, TimeProvider? time = null)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        var probe = new Probe();
        var log = new CapturedLog();
        builder.Logging.AddProvider(log);
        builder.Services.AddSingleton(probe);
        if (time is not null)
        {
            builder.Services.AddSingleton(time);
        }

        builder.UseOrleans(silo =>
        {
            silo.UseLocalhostClustering();
            configure?.Invoke(silo);
        });
        return new TestSilo(builder.Build(), probe, log);
    }

    public Task StartAsync() => _host.StartAsync().WithinDeadline();

    public Task StopAsync() => _host.StopAsync().WithinDeadline();

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync().WithinDeadline();
        _host.Dispose();
    }
}
