using Analytics.Grains.Views.Cells;

namespace Analytics.Grains.Views;

/// <summary>What is known of one group in one pane.</summary>
/// <param name="cells">One for each measure of the view.</param>
internal sealed class ViewGroup(ViewCell[] cells)
{
    /// <summary>Rows.</summary>
    public long Rows { get; set; }

    /// <summary>One for each measure of the view.</summary>
    public ViewCell[] Cells => cells;

    /// <summary>The group that has this one's rows and gets those that are still to come; <see langword="null"/> as long as it has them itself.</summary>
    public ViewGroup? Successor { get; set; }

    /// <summary>Adds what another one has.</summary>
    public void Add(ViewGroup other)
    {
        Rows += other.Rows;
        for (var i = 0; i < cells.Length; i++)
        {
            cells[i].Add(other.Cells[i]);
        }
    }
}
