using System.Collections.Concurrent;
using Analytics.Grains.Metrics;

namespace Analytics.Tests.Metrics;

/// <summary>Keeps refused rows in memory, and fails as told.</summary>
internal sealed class RefusedRowsDouble : IRefusedRows
{
    private readonly ConcurrentQueue<RefusedRow> _rows = new();

    /// <summary>Asked before rows are kept; what it returns is thrown instead.</summary>
    public Func<Exception?> BeforeAppend { get; set; } = () => null;

    /// <summary>The rows, in order.</summary>
    public RefusedRow[] Rows => [.. _rows];

    public Task AppendAsync(IReadOnlyList<RefusedRow> rows, CancellationToken cancellationToken)
    {
        if (BeforeAppend() is { } failure)
        {
            throw failure;
        }

        foreach (var row in rows)
        {
            _rows.Enqueue(row);
        }

        return Task.CompletedTask;
    }
}
