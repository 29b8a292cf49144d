using Analytics.GrainInterfaces.Schema;
using Analytics.Grains.ClickHouse;
using Analytics.Grains.Tables;

namespace Analytics.Grains.Metrics;

/// <content>How a field's earlier values get from <c>_extra</c> to a column of their own: a mutation, watched to its end.</content>
internal sealed partial class MetricActor
{
    private static readonly TimeSpan ProgressInterval = TimeSpan.FromMilliseconds(500);

    private Task _promoting = Task.CompletedTask;

    /// <summary>Gives a field that has no column one, and begins to move its earlier values there.</summary>
    /// <returns>Why not; <see langword="null"/> when the decision is durable.</returns>
    public async Task<SettingsRefusal?> PromoteAsync(string field, string type)
    {
        await EnsureLoadedAsync();
        ThrowIfBroken();
        if (_pipeline.WhyNotPromote(field, type) is { } refusal)
        {
            return refusal;
        }

        var settings = _pipeline.Settings.With(new Promotion(field, type));
        if (await SaveAsync(settings) is { } failure)
        {
            return failure;
        }

        _pipeline.Use(settings);
        ContinuePromotions();
        return null;
    }

    /// <summary>Goes on with what an earlier activation, or a call just now, has begun.</summary>
    private void ContinuePromotions()
    {
        if (_promoting.IsCompleted && _pipeline.RunningPromotion is not null)
        {
            _promoting = PromoteAllAsync();
        }
    }

    private async Task PromoteAllAsync()
    {
        for (var failures = 0; _pipeline.RunningPromotion is { } promotion && !_stopping.IsCancellationRequested && !_isBroken;)
        {
            try
            {
                if (await PromoteAsync(promotion))
                {
                    // Rows have other columns now: only the table tells what the live state is.
                    _snapshots.Distrust();
                    _host.Leave();
                    return;
                }

                failures = 0;
                await Task.Delay(ProgressInterval, _services.Time, _stopping.Token);
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (TableChangedException e)
            {
                // Somebody else's column has the name by now: it will not come to anything.
                if (await SaveEndAsync(promotion with { State = Promotion.Failed, Reason = e.Message }))
                {
                    _host.Leave();
                    return;
                }
            }
            catch (Exception e) when (e is ClickHouseException or InvalidOperationException)
            {
                LogPromotionFailed(e, Key, promotion.Field);
                await Task.Delay(Backoff.After(++failures, _services.Random), _services.Time, _stopping.Token)
                    .ConfigureAwait(ConfigureAwaitOptions.ContinueOnCapturedContext | ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    /// <returns>Whether it has ended, and that is durable.</returns>
    private async Task<bool> PromoteAsync(Promotion promotion)
    {
        if (!_pipeline.HasBegun(promotion))
        {
            // What was buffered knows nothing of the column; after it the table gets it.
            await StartFlush(FlushTrigger.Asked);
            _snapshots.Forget();
            await BetweenBlocksAsync(() => _pipeline.BeginAsync(promotion, _stopping.Token));
            return false;
        }

        var next = await _pipeline.ReadAsync(promotion, _stopping.Token);
        if (next.State == Promotion.Running)
        {
            _pipeline.Use(_pipeline.Settings.With(next));
            return false;
        }

        return await SaveEndAsync(next);
    }

    private async Task<bool> SaveEndAsync(Promotion ended)
    {
        var settings = _pipeline.Settings.With(ended);
        if (await SaveAsync(settings) is not null)
        {
            return false;
        }

        _pipeline.Use(settings);
        return true;
    }
}
