namespace Analytics.Grains.Metrics;

/// <summary>
/// Finds which rows of a block are refused, by halves: about 2 · log2(rows) trials for each of them, one when none is.
/// A row counts as refused only when it was refused alone.
/// </summary>
/// <param name="tryAsync">Tries some rows, given the first one and their number: <see langword="null"/> when all are taken, else why not. Must leave nothing behind.</param>
internal sealed class RefusalSearch(Func<int, int, CancellationToken, Task<string?>> tryAsync)
{
    private readonly List<RowRefusal> _found = [];

    /// <summary>Searches rows 0 to <paramref name="count"/> - 1.</summary>
    /// <returns>The refused ones, ascending.</returns>
    public async Task<IReadOnlyList<RowRefusal>> FindAsync(int count, CancellationToken cancellationToken)
    {
        _found.Clear();
        await AreTakenAsync(0, count, areRefused: false, cancellationToken);
        return _found;
    }

    /// <param name="first">The first row.</param>
    /// <param name="count">Number of rows.</param>
    /// <param name="areRefused">Whether that is known already.</param>
    /// <param name="cancellationToken">Gives up.</param>
    private async Task<bool> AreTakenAsync(int first, int count, bool areRefused, CancellationToken cancellationToken)
    {
        if (count == 1 || !areRefused)
        {
            if (await tryAsync(first, count, cancellationToken) is not { } reason)
            {
                return true;
            }

            if (count == 1)
            {
                _found.Add(new RowRefusal(first, reason));
                return false;
            }
        }

        // When the first half is taken it must be the second that is refused: that needs no trial.
        var half = count / 2;
        var isFirstTaken = await AreTakenAsync(first, half, areRefused: false, cancellationToken);
        await AreTakenAsync(first + half, count - half, areRefused: isFirstTaken, cancellationToken);
        return false;
    }
}
