// Goal: turns are given by urgency and, within it, by arrival; nobody starves, whoever comes in whatever number; the budget holds in every second
// until a stop lifts it; and the gauges tell who waits and for how long.
using System.Diagnostics.Metrics;
using Analytics.Grains.ClickHouse;
using Xunit;

namespace Analytics.Tests.ClickHouse;

public sealed class InsertUrgencyTests : IDisposable
{
    private const int AgedWaitMaxMs = 10_000;

    private readonly ManualTime _time = new();
    private readonly HeldClickHouse _clickHouse = new() { IsHolding = false };
    private readonly HashSet<Task<InsertTurn>> _released = [];

    public void Dispose() => _clickHouse.Dispose();

    [Theory]
    [InlineData(InsertUrgency.Full)]
    [InlineData(InsertUrgency.Asked)]
    public async Task An_urgent_one_goes_before_all_aged_ones(InsertUrgency urgency)
    {
        using var scheduler = Scheduler(1000, 1);
        var first = await scheduler.WaitTurnAsync(InsertUrgency.Aged);
        var aged = Enumerable.Range(0, 50).Select(_ => scheduler.WaitTurnAsync(InsertUrgency.Aged)).ToArray();
        var urgent = scheduler.WaitTurnAsync(urgency);
        first.Dispose();
        Assert.True(urgent.IsCompleted);
        Assert.Equal(urgency, (await urgent).Urgency);
        Assert.DoesNotContain(aged, turn => turn.IsCompleted);
        (await urgent).Dispose();
        Assert.True(aged[0].IsCompleted);
    }

    [Fact]
    public void Thirteen_thousand_tables_are_served_at_the_budget_s_pace_and_a_full_one_waits_less_than_a_second()
    {
        const int Tables = 13_643;
        using var scheduler = Scheduler(200, 4, 180_000);
        var waiting = new Queue<Task<InsertTurn>>(Enumerable.Range(0, Tables).Select(_ => scheduler.WaitTurnAsync(InsertUrgency.Aged)));
        var start = _time.NowMs;
        Task<InsertTurn>? full = null;
        var fullSince = 0L;
        var longestFullMs = 0L;
        while (waiting.Count > 0)
        {
            _time.Advance(TimeSpan.FromMilliseconds(5));
            (full, fullSince) = full is null && (_time.NowMs - start) % 1000 == 0 ? (scheduler.WaitTurnAsync(InsertUrgency.Full), _time.NowMs) : (full, fullSince);
            while (waiting.TryPeek(out var next) && next.IsCompleted)
            {
                waiting.Dequeue().Taken().Dispose();
            }

            if (full is { IsCompleted: true })
            {
                longestFullMs = Math.Max(longestFullMs, _time.NowMs - fullSince);
                full.Taken().Dispose();
                full = null;
            }
        }

        // 13,643 / 200 = 68.2 s, a full one a second on top, and the timer's rounding.
        Assert.InRange((_time.NowMs - start) / 1000.0, 67, 85);
        Assert.InRange(longestFullMs, 0, 999);
    }

    [Fact]
    public void Of_aged_ones_those_with_many_rows_go_sooner_and_quiet_ones_still_go()
    {
        // 200 quiet ones and a busy one at 10 turns a second; all ask again half a second after their turn.
        const int Quiet = 200;
        using var scheduler = Scheduler(10, 1, 1_000_000);
        var (turns, dueMs, turnsTaken, sinceMs, longestMs) = (new Task<InsertTurn>?[Quiet + 1], new long[Quiet + 1], new int[Quiet + 1], new long[Quiet + 1], 0L);
        for (var step = 0; step < 6_000; step++)
        {
            _time.Advance(TimeSpan.FromMilliseconds(20));
            for (var i = 0; i <= Quiet; i++)
            {
                if (turns[i] is null && dueMs[i] <= _time.NowMs)
                {
                    turns[i] = scheduler.WaitTurnAsync(InsertUrgency.Aged, i == Quiet ? 4_096 : 1);
                    sinceMs[i] = _time.NowMs;
                }

                if (turns[i] is { IsCompleted: true } turn)
                {
                    longestMs = i == Quiet ? Math.Max(longestMs, _time.NowMs - sinceMs[i]) : longestMs;
                    turnsTaken[i]++;
                    dueMs[i] = _time.NowMs + 500;
                    turns[i] = null;
                    turn.Taken().Dispose();
                }
            }
        }

        // The busy one has its turn as soon as there is one; the others share what is left evenly: 1,200 turns in all, 5 a quiet one.
        Assert.InRange(longestMs, 0, 200);
        Assert.InRange(turnsTaken[Quiet], 170, 240);
        Assert.InRange(turnsTaken[..Quiet].Min(), 4, 5);
        Assert.InRange(turnsTaken[..Quiet].Max(), 5, 6);
    }

    [Fact]
    public void Rows_count_by_how_long_they_have_waited()
    {
        using var scheduler = Scheduler(1, 1, 1_000_000);
        var held = scheduler.WaitTurnAsync(InsertUrgency.Full).Taken();
        var old = scheduler.WaitTurnAsync(InsertUrgency.Aged, 1);
        _time.Advance(TimeSpan.FromSeconds(10));
        var some = scheduler.WaitTurnAsync(InsertUrgency.Aged, 4);
        _time.Advance(TimeSpan.FromSeconds(2));
        var most = scheduler.WaitTurnAsync(InsertUrgency.Aged, 1_000);

        // 13 seconds of a row, 3 seconds of 4 rows, 1 second of 1,000; then 14 against 16.
        _time.Advance(TimeSpan.FromSeconds(1));
        held.Dispose();
        most.Taken().Dispose();
        Assert.False(old.IsCompleted || some.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(1.1));
        some.Taken().Dispose();
        Assert.False(old.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(1.1));
        old.Taken().Dispose();
    }

    [Fact]
    public void An_aged_one_that_has_waited_for_its_longest_time_goes_before_urgent_ones()
    {
        using var scheduler = Scheduler(1, 1);
        scheduler.WaitTurnAsync(InsertUrgency.Full).Taken().Dispose();
        var aged = scheduler.WaitTurnAsync(InsertUrgency.Aged);
        var waitedSeconds = 0;
        var urgent = new Queue<Task<InsertTurn>>();
        for (; !aged.IsCompleted; waitedSeconds++)
        {
            // There is always somebody urgent.
            urgent.Enqueue(scheduler.WaitTurnAsync(InsertUrgency.Asked));
            urgent.Enqueue(scheduler.WaitTurnAsync(InsertUrgency.Full));
            _time.Advance(TimeSpan.FromSeconds(1));
            if (urgent.Peek().IsCompleted)
            {
                urgent.Dequeue().Taken().Dispose();
            }

            Assert.InRange(waitedSeconds, 0, 20);
        }

        Assert.InRange(waitedSeconds, AgedWaitMaxMs / 1000, (AgedWaitMaxMs / 1000) + 2);
    }

    [Fact]
    public void With_more_overdue_ones_than_turns_urgent_ones_get_every_other_turn()
    {
        using var scheduler = Scheduler(10, 1);
        scheduler.WaitTurnAsync(InsertUrgency.Full).Taken().Dispose();
        var aged = Enumerable.Range(0, 1000).Select(_ => scheduler.WaitTurnAsync(InsertUrgency.Aged)).ToArray();
        _time.Advance(TimeSpan.FromMilliseconds(200));
        using var held = aged[0].Taken();
        _time.Advance(TimeSpan.FromMilliseconds(AgedWaitMaxMs));
        var urgent = Enumerable.Range(0, 100).Select(_ => scheduler.WaitTurnAsync(InsertUrgency.Full)).ToArray();
        held.Dispose();
        for (var i = 0; i < 40; i++)
        {
            _time.Advance(TimeSpan.FromMilliseconds(200));
            Release(aged);
            Release(urgent);
        }

        var (agedGiven, urgentGiven) = (aged.Count(turn => turn.IsCompleted) - 1, urgent.Count(turn => turn.IsCompleted));
        Assert.InRange(urgentGiven, 15, 100);
        Assert.InRange(agedGiven - urgentGiven, -2, 2);
    }

    [Fact]
    public void A_stop_lifts_the_budget_a_second_and_keeps_the_one_at_once()
    {
        using var scheduler = Scheduler(1, 3);
        var turns = Enumerable.Range(0, 100).Select(i => scheduler.WaitTurnAsync((InsertUrgency)(i % 3))).ToArray();
        Assert.Equal(1, turns.Count(turn => turn.IsCompleted));
        scheduler.Hurry();
        for (var given = 3; given <= 100; given++)
        {
            Assert.Equal(3, scheduler.InFlightCount);
            Assert.Equal(given, turns.Count(turn => turn.IsCompleted));
            turns.First(turn => turn.IsCompleted && _released.Add(turn)).Taken().Dispose();
        }

        Assert.Equal(0, scheduler.WaitingCount);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Whatever_comes_and_leaves_the_budget_holds_and_each_urgency_keeps_its_order(int seed)
    {
        var random = new Random(seed);
        const int PerSecond = 50;
        const int AtOnce = 4;
        using var scheduler = Scheduler(PerSecond, AtOnce, 2_000);
        var waiting = new List<(Task<InsertTurn> Turn, int Queue, CancellationTokenSource Leaving)>();
        var held = new List<InsertTurn>();
        var given = new List<long>();
        for (var step = 0; step < 6_000; step++)
        {
            if (random.Next(4) == 0)
            {
                var urgency = (InsertUrgency)random.Next(3);
                var rows = random.Next(1, 4);
                var leaving = new CancellationTokenSource();
                waiting.Add((scheduler.WaitTurnAsync(urgency, rows, leaving.Token), urgency != InsertUrgency.Aged ? 0 : rows == 1 ? 1 : 2, leaving));
            }

            if (waiting.Count > 0 && random.Next(20) == 0)
            {
                waiting[random.Next(waiting.Count)].Leaving.Cancel();
            }

            if (held.Count > 0 && random.Next(2) == 0)
            {
                held[0].Dispose();
                held.RemoveAt(0);
            }

            _time.Advance(TimeSpan.FromMilliseconds(random.Next(10)));
            Collect(waiting, held, given);
            Assert.Equal(held.Count, scheduler.InFlightCount);
            Assert.InRange(held.Count, 0, AtOnce);
            Assert.Equal(waiting.Count, scheduler.WaitingCount);
            Assert.Equal(waiting.Count(waiter => waiter.Queue > 0), scheduler.WaitingCountOf(InsertUrgency.Aged));
            Assert.InRange(given.Count(ms => ms > _time.NowMs - 1000), 0, PerSecond + (PerSecond / 10));
        }

        Assert.InRange(given.Count, 500, 6_000);
    }

    [Fact]
    public void Gauges_tell_who_waits_for_how_long_and_what_was_done()
    {
        using var instruments = new InsertInstruments();
        using var scheduler = Scheduler(1000, 1);
        instruments.Observe(scheduler);
        var seen = new Dictionary<string, double>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listening) =>
            {
                if (instrument.Meter.Name == InsertInstruments.MeterName)
                {
                    listening.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Note(instrument, value, tags));
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Note(instrument, value, tags));
        listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Note(instrument, value, tags));
        listener.Start();
        var turn = scheduler.WaitTurnAsync(InsertUrgency.Full).Taken();
        _ = scheduler.WaitTurnAsync(InsertUrgency.Aged);
        _time.Advance(TimeSpan.FromSeconds(3));
        _ = scheduler.WaitTurnAsync(InsertUrgency.Asked);
        _ = scheduler.WaitTurnAsync(InsertUrgency.Asked);
        listener.RecordObservableInstruments();
        Assert.Equal(1, seen["analytics.inserts.waiting aged"]);
        Assert.Equal(2, seen["analytics.inserts.waiting asked"]);
        Assert.Equal(0, seen["analytics.inserts.waiting full"]);
        Assert.Equal(3, seen["analytics.inserts.wait.longest"]);
        Assert.Equal(1, seen["analytics.inserts.in_flight"]);
        Assert.Equal(0, seen["analytics.inserts.rows"]);
        turn.Dispose();

        void Note(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags) =>
            seen[tags.IsEmpty ? instrument.Name : $"{instrument.Name} {tags[0].Value}"] = value;
    }

    private InsertScheduler Scheduler(int perSecond, int atOnce, int agedWaitMaxMs = AgedWaitMaxMs) =>
        new(_clickHouse, perSecond, atOnce, _time, agedWaitMaxMs);

    private void Release(IEnumerable<Task<InsertTurn>> turns)
    {
        foreach (var turn in turns.Where(turn => turn.IsCompleted && _released.Add(turn)))
        {
            turn.Taken().Dispose();
        }
    }

    // Of each queue those that got their turn must be the first ones that did not leave.
    private void Collect(
        List<(Task<InsertTurn> Turn, int Queue, CancellationTokenSource Leaving)> waiting, List<InsertTurn> held, List<long> given)
    {
        waiting.RemoveAll(waiter => waiter.Turn.IsCanceled);
        foreach (var number in new[] { 0, 1, 2 })
        {
            var queue = waiting.Where(waiter => waiter.Queue == number).ToArray();
            var firstWaiting = Array.FindIndex(queue, waiter => !waiter.Turn.IsCompleted);
            Assert.DoesNotContain(queue.Skip(firstWaiting < 0 ? queue.Length : firstWaiting), waiter => waiter.Turn.IsCompleted);
        }

        foreach (var (turn, _, _) in waiting.Where(waiter => waiter.Turn.IsCompleted))
        {
            held.Add(turn.Taken());
            given.Add(_time.NowMs);
        }

        waiting.RemoveAll(waiter => waiter.Turn.IsCompleted);
    }
}
