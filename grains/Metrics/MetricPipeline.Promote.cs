using System.Text;
using Analytics.GrainInterfaces.Names;
using Analytics.GrainInterfaces.Schema;
using Analytics.Grains.ClickHouse;
using Analytics.Grains.Columns;
using Analytics.Grains.Live;
using Analytics.Grains.Tables;

namespace Analytics.Grains.Metrics;

/// <content>Fields that get a column by somebody's decision, after values of theirs went to <c>_extra</c>.</content>
internal sealed partial class MetricPipeline
{
    // Columns at most where somebody decides; more is no table any more.
    private const int ColumnsHardMax = 1000;

    private readonly HashSet<string> _begun = new(StringComparer.Ordinal);

    /// <summary>The first promotion that has not ended.</summary>
    public Promotion? RunningPromotion => Array.Find(Settings.Promotions, promotion => promotion.State == Promotion.Running);

    /// <summary>Why a field cannot be promoted; <see langword="null"/> when it can.</summary>
    public SettingsRefusal? WhyNotPromote(string field, string type) =>
        ColumnLabel.Parse(type) is not { } columnType || !PromotionSql.CanBe(columnType)
            ? new SettingsRefusal(SettingsRefusal.Invalid, $"A field cannot be promoted to '{type}'; it can to {ColumnLabel.Names}, but to no array.")
        : !FieldName.IsValid(Encoding.UTF8.GetBytes(field)) || !_live.Extra.ContainsKey(field)
            ? new SettingsRefusal(SettingsRefusal.Invalid, $"Field '{field}' has no value in {FixedColumns.Extra}.")
        : _plan.IndexOf(field) >= 0
            ? new SettingsRefusal(SettingsRefusal.TypeConflict, $"Field '{field}' has a column already; what is in {FixedColumns.Extra} does not fit it.")
        : FixedColumns.Contains(field) || EngineNames.IsTaken(field) || _plan.WithoutColumn.GetValueOrDefault(field) == ExtraReason.ForeignColumn
            ? new SettingsRefusal(SettingsRefusal.Invalid, $"Field '{field}' cannot have a column: the name is reserved, or somebody else's column has it.")
        : _plan.Columns.Count >= ColumnsHardMax
            ? new SettingsRefusal(SettingsRefusal.Invalid, $"The table has {_plan.Columns.Count} columns of fields; {ColumnsHardMax} are the most there can be.")
        : null;

    /// <summary>Whether this activation has started the mutation.</summary>
    public bool HasBegun(Promotion promotion) => _begun.Contains(promotion.Field);

    /// <summary>Makes the column and starts to move values there; no insert may be under way. Again is harmless.</summary>
    /// <exception cref="ClickHouseException">The server cannot now, or refused.</exception>
    public async Task BeginAsync(Promotion promotion, CancellationToken cancellationToken)
    {
        // A snapshot from before would still have as many rows as the table, and know nothing of what moves.
        await _store.SaveSnapshotAsync(LiveSnapshot.None, cancellationToken);
        IsSaved = false;
        await _store.EnsureAsync(_plan.Columns, cancellationToken);
        await _store.StartPromotionAsync(ColumnOf(promotion), cancellationToken);
        _begun.Add(promotion.Field);
    }

    /// <summary>Where a promotion stands now.</summary>
    /// <exception cref="ClickHouseException">The server cannot be asked now.</exception>
    public async Task<Promotion> ReadAsync(Promotion promotion, CancellationToken cancellationToken)
    {
        var column = ColumnOf(promotion);
        var progress = await _store.ReadPromotionAsync(column, cancellationToken);
        if (progress is null)
        {
            // Somebody ended it: begun anew.
            _begun.Remove(promotion.Field);
        }

        if (progress is not { IsDone: false, FailReason: { } reason })
        {
            return promotion with { State = progress is { IsDone: true } ? Promotion.Done : Promotion.Running, PartsToDo = progress?.PartsToDo ?? 0 };
        }

        await _store.StopPromotionAsync(column, cancellationToken);
        return promotion with { State = Promotion.Failed, PartsToDo = progress.PartsToDo, Reason = reason };
    }

    private TableColumn ColumnOf(Promotion promotion) => _plan.Columns[_plan.IndexOf(promotion.Field)];

    private void PlanPromotions()
    {
        foreach (var promotion in Settings.Promotions)
        {
            if (promotion.State == Promotion.Running && ColumnLabel.Parse(promotion.Type) is { } type)
            {
                _plan.Promote(new TableColumn(promotion.Field, type));
            }
        }

        _live.Follow(_plan);
    }
}
