// Goal: a silo starts and stops with its host: stages in order, all activations ended, clear errors before and after.
using Analytics.Tests.OrleansEmbedded.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans;
using Orleans.Configuration;
using Orleans.Hosting;
using Orleans.Runtime;
using Xunit;

namespace Analytics.Tests.OrleansEmbedded;

public sealed class HostingTests
{
    [Fact]
    public async Task Every_kind_of_host_builder_takes_a_silo()
    {
        var application = Host.CreateApplicationBuilder();
        application.Services.AddSingleton<Probe>();
        application.UseOrleans(silo => silo.UseLocalhostClustering(serviceId: "s", clusterId: "c"));
        var web = WebApplication.CreateSlimBuilder();
        web.Services.AddSingleton<Probe>();
        web.Services.AddSingleton<Microsoft.AspNetCore.Hosting.Server.IServer, NoServer>();
        web.UseOrleans(silo => Assert.NotNull(silo.Configuration));
        var old = new HostBuilder().ConfigureServices(services => services.AddSingleton<Probe>()).UseOrleans((context, silo) => silo.UseLocalhostClustering());

        foreach (var host in new[] { application.Build(), web.Build(), old.Build() })
        {
            await host.StartAsync().WithinDeadline();
            Assert.Equal("host", await host.Services.GetRequiredService<IClusterClient>().GetGrain<IHostGrain>("host").KeyAsync().WithinDeadline());
            await host.StopAsync().WithinDeadline();
            host.Dispose();
        }
    }

    [Fact]
    public async Task Stages_start_in_order_and_stop_in_the_opposite_one()
    {
        var silo = TestSilo.Build(s => s.Services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>, Stages>());
        await silo.StartAsync();
        await silo.StopAsync();

        Assert.Equal(["start first", "start storage", "start active", "stop active", "stop storage", "stop first"], silo.Probe.Notes);
        await silo.DisposeAsync();
    }

    [Fact]
    public async Task A_stage_that_fails_to_start_fails_the_host_and_stops_what_had_started()
    {
        var silo = TestSilo.Build(s =>
        {
            s.Services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>, Stages>();
            s.Services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>, FailingStage>();
        });

        await Assert.ThrowsAsync<InvalidTimeZoneException>(silo.StartAsync);

        await silo.DisposeAsync();
        Assert.Equal(["start first", "start storage", "stop storage", "stop first"], silo.Probe.Notes);
    }

    [Fact]
    public async Task Stopping_ends_every_activation_with_its_reason()
    {
        var silo = await TestSilo.StartAsync();
        for (var i = 0; i < 100; i++)
        {
            await silo.Grains.GetGrain<IHostGrain>($"{i}").KeyAsync().WithinDeadline();
        }

        await silo.StopAsync();

        Assert.Equal(100, silo.Probe.Count("ended ShuttingDown"));
        Assert.Equal(0, silo.ActivationCount);
        await silo.DisposeAsync();
    }

    [Fact]
    public async Task Stopping_waits_for_the_call_in_progress()
    {
        var silo = await TestSilo.StartAsync();
        var call = silo.Grains.GetGrain<IHostGrain>("a").PassAsync("gate");
        await silo.Probe.SeenAsync("at gate");

        var stop = silo.StopAsync();
        Assert.False(stop.IsCompleted);
        silo.Probe.Open("gate");
        await stop;

        await call.WithinDeadline();
        Assert.Equal(["at gate", "ended ShuttingDown"], silo.Probe.Notes);
        await silo.DisposeAsync();
    }

    [Fact]
    public async Task A_host_that_runs_out_of_time_stops_all_the_same_and_fails_who_waits()
    {
        var silo = await TestSilo.StartAsync(s => s.Services.Configure<HostOptions>(o => o.ShutdownTimeout = TimeSpan.FromMilliseconds(200)));
        var call = silo.Grains.GetGrain<IHostGrain>("a").PassAsync("never");
        await silo.Probe.SeenAsync("at never");

        await silo.StopAsync();

        await Assert.ThrowsAsync<SiloUnavailableException>(() => call.WithinDeadline());
        await silo.DisposeAsync();
    }

    [Fact]
    public async Task Calls_before_the_start_and_after_the_stop_say_so()
    {
        var silo = TestSilo.Build();
        var early = await Assert.ThrowsAsync<SiloUnavailableException>(() => silo.Grains.GetGrain<IHostGrain>("a").KeyAsync().WithinDeadline());
        await silo.StartAsync();
        await silo.StopAsync();
        var late = await Assert.ThrowsAsync<SiloUnavailableException>(() => silo.Grains.GetGrain<IHostGrain>("a").KeyAsync().WithinDeadline());

        Assert.Contains("has not started yet", early.Message, StringComparison.Ordinal);
        Assert.Contains("stops", late.Message, StringComparison.Ordinal);
        await silo.DisposeAsync();
    }

    [Fact]
    public async Task A_collection_age_below_the_quantum_stops_the_start()
    {
        var silo = TestSilo.Build(s => s.Configure<GrainCollectionOptions>(o => o.CollectionAge = TimeSpan.FromSeconds(1)));

        var exception = await Assert.ThrowsAsync<OrleansConfigurationException>(silo.StartAsync);

        Assert.Contains("CollectionQuantum", exception.Message, StringComparison.Ordinal);
        await silo.DisposeAsync();
    }

    internal interface IHostGrain : IGrainWithStringKey
    {
        Task<string> KeyAsync();

        Task PassAsync(string gate);
    }

    internal sealed class HostGrain(Probe probe) : Grain, IHostGrain
    {
        public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
        {
            probe.Note($"ended {reason.ReasonCode}");
            return Task.CompletedTask;
        }

        public Task<string> KeyAsync() => Task.FromResult(this.GetPrimaryKeyString());

        public Task PassAsync(string gate) => probe.PassAsync(gate);
    }

    private sealed class Stages(Probe probe) : ILifecycleParticipant<ISiloLifecycle>
    {
        public void Participate(ISiloLifecycle lifecycle)
        {
            Add("active", ServiceLifecycleStage.Active);
            Add("first", ServiceLifecycleStage.First);
            Add("storage", ServiceLifecycleStage.RuntimeStorageServices);

            void Add(string name, int stage) => lifecycle.Subscribe(name, stage, _ => NoteAsync($"start {name}"), _ => NoteAsync($"stop {name}"));
        }

        private Task NoteAsync(string text)
        {
            probe.Note(text);
            return Task.CompletedTask;
        }
    }

    private sealed class FailingStage : ILifecycleParticipant<ISiloLifecycle>
    {
        public void Participate(ISiloLifecycle lifecycle)
            => lifecycle.Subscribe("fails", ServiceLifecycleStage.ApplicationServices, _ => throw new InvalidTimeZoneException());
    }

    private sealed class NoServer : Microsoft.AspNetCore.Hosting.Server.IServer
    {
        public Microsoft.AspNetCore.Http.Features.IFeatureCollection Features { get; } = new Microsoft.AspNetCore.Http.Features.FeatureCollection();

        public void Dispose()
        {
        }

        public Task StartAsync<TContext>(Microsoft.AspNetCore.Hosting.Server.IHttpApplication<TContext> application, CancellationToken cancellationToken)
            where TContext : notnull
            => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
