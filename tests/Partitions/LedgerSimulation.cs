using Analytics.GrainInterfaces.Ledger;
using Analytics.Grains.Partitions;
using Xunit;

namespace Analytics.Tests.Partitions;

/// <summary>Receivers and actors of one partition doing anything in any order, beside a checker that remembers everything and works it out anew each time.</summary>
internal sealed class LedgerSimulation(Random random)
{
    private readonly LedgerClock _clock = new();
    private readonly List<(long Epoch, List<ChunkRegistration> Chunks, long Start)> _epochs = [];
    private readonly HashSet<BatchAcknowledgement> _said = [];
    private bool _isEnded = true;

    public void Run()
    {
        var ledger = new Ledger(_clock);
        Open(ledger);
        for (var step = 0; step < 400; step++)
        {
            switch (random.Next(100))
            {
                case < 2:
                    Open(ledger);
                    break;
                case < 3:
                    End(ledger);
                    break;
                case < 35:
                    Register(ledger);
                    break;
                default:
                    Acknowledge(ledger);
                    break;
            }

            Check(ledger);
        }
    }

    private void Open(Ledger ledger)
    {
        _clock.NowMs += random.Next(-10, 10);
        var start = _epochs.Count == 0 ? 0 : Watermark(_epochs[^1]);
        var epoch = ledger.Open(start);
        Assert.True(_epochs.Count == 0 || epoch > _epochs[^1].Epoch);
        _epochs.Add((epoch, [], start));
        _isEnded = false;
    }

    private void End(Ledger ledger)
    {
        var (epoch, _, _) = _epochs[random.Next(_epochs.Count)];
        ledger.End(epoch, "simulated");
        _isEnded |= epoch == _epochs[^1].Epoch;
    }

    private void Register(Ledger ledger)
    {
        var (epoch, chunks, start) = _epochs[^1];
        if (random.Next(10) == 0 && _epochs.Count > 1)
        {
            Assert.False(ledger.Register(_epochs[^2].Epoch, new ChunkRegistration(random.Next(5), random.Next(100), random.Next(3))).IsCurrent);
            return;
        }

        var chunk = new ChunkRegistration(chunks.Count, (chunks.Count == 0 ? start : chunks[^1].NextOffset) + random.Next(1, 10), random.Next(0, 4));
        Assert.Equal(!_isEnded, ledger.Register(epoch, chunk).IsCurrent);
        if (!_isEnded)
        {
            chunks.Add(chunk);
        }
    }

    private void Acknowledge(Ledger ledger)
    {
        var acknowledgements = new BatchAcknowledgement[random.Next(0, 4)];
        for (var i = 0; i < acknowledgements.Length; i++)
        {
            var (epoch, chunks, _) = _epochs[random.Next(4) == 0 ? random.Next(_epochs.Count) : _epochs.Count - 1];
            var chunkId = random.Next(Math.Max(0, chunks.Count - 6), chunks.Count + 1);
            acknowledgements[i] = new BatchAcknowledgement(0, epoch, chunkId, random.Next(-1, 4));
        }

        ledger.Acknowledge(acknowledgements);
        foreach (var acknowledgement in acknowledgements)
        {
            // What is said of a chunk not yet announced, or of an epoch that is over, is not remembered by the ledger either.
            var (epoch, chunks, _) = _epochs[^1];
            if (!_isEnded && acknowledgement.Epoch == epoch && acknowledgement.ChunkId < chunks.Count)
            {
                _said.Add(acknowledgement);
            }
        }
    }

    private void Check(Ledger ledger)
    {
        var current = _epochs[^1];
        var watermark = Watermark(current);
        var status = ledger.Describe(current.Epoch);
        Assert.Equal(!_isEnded, status.IsCurrent);
        Assert.Equal(watermark, status.DurableOffset);
        if (status.IsCurrent)
        {
            Assert.Equal(current.Chunks.Count(chunk => chunk.NextOffset > watermark), status.OpenChunks);
        }
    }

    private long Watermark((long Epoch, List<ChunkRegistration> Chunks, long Start) epoch)
    {
        var watermark = epoch.Start;
        foreach (var chunk in epoch.Chunks)
        {
            for (var index = 0; index < chunk.BatchCount; index++)
            {
                if (!_said.Contains(new BatchAcknowledgement(0, epoch.Epoch, chunk.ChunkId, index)))
                {
                    return watermark;
                }
            }

            watermark = chunk.NextOffset;
        }

        return watermark;
    }
}
