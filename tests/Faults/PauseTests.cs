// Goal: a process that stands still in the middle of its work, so that its clients give up and send again, still has every event exactly once.
using Xunit;

namespace Analytics.Tests.Faults;

[Collection("Faults")]
public sealed class PauseTests
{
    private const int Pauses = 5;

    [Fact]
    public async Task Paused_again_and_again_a_silo_neither_loses_nor_doubles_an_event()
    {
        await using var run = await FaultRun.StartAsync(answerMax: TimeSpan.FromSeconds(1));
        for (var i = 0; i < Pauses; i++)
        {
            await run.Load.DeliverAsync(30);
            run.Silo.Pause();
            await run.Load.MissAnswersAsync(8);
            run.Silo.Resume();
        }

        await run.Load.DeliverAsync(30);
        await run.CheckAsync();
    }
}
