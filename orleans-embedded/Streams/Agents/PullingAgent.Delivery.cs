using System.Diagnostics.CodeAnalysis;
using System.Runtime.ExceptionServices;
using Orleans.Runtime;

namespace Orleans.Streams;

/// <summary>How an agent delivers: one container at a time a subscription, in order, again until it works or takes too long.</summary>
internal sealed partial class PullingAgent
{
    private void StartDelivering(Subscription subscription)
    {
        if (!subscription.IsDelivering && subscription.Cursor is not null)
        {
            subscription.IsDelivering = true;
            _ = DeliverAllAsync(subscription);
        }
    }

    private async Task DeliverAllAsync(Subscription subscription)
    {
        try
        {
            while (!IsStopped && subscription.Cursor is { } cursor)
            {
                if (TryMoveNext(subscription, cursor, out var batch, out var exception))
                {
                    await DeliverAsync(subscription, batch);
                }
                else if (exception is null)
                {
                    return;
                }
                else
                {
                    await ReportFailureAsync(subscription, exception, null);
                }
            }
        }
        catch (Exception exception)
        {
            StreamLog.CursorFailed(_parts.Silo.Logger, exception, subscription.Stream);
        }
        finally
        {
            subscription.IsDelivering = false;
        }
    }

    /// <summary>Takes the next container. A cursor that throws is replaced by one at the oldest container of the stream.</summary>
    private bool TryMoveNext(Subscription subscription, IQueueCacheCursor cursor, [NotNullWhen(true)] out IBatchContainer? batch, out Exception? failure)
    {
        batch = null;
        failure = null;
        try
        {
            batch = cursor.MoveNext() ? cursor.GetCurrent(out _) : null;
            return batch is not null;
        }
        catch (Exception exception)
        {
            StreamLog.CursorFailed(_parts.Silo.Logger, exception, subscription.Stream);
            failure = exception;
            subscription.Cursor = null;
            cursor.Dispose();
            subscription.Cursor = _cache.GetCacheCursor(subscription.Stream, null);
            return false;
        }
    }

    private async Task DeliverAsync(Subscription subscription, IBatchContainer batch)
    {
        try
        {
            await WithRetriesAsync(() => DeliverOnceAsync(subscription, batch));
            subscription.LastToken = batch.SequenceToken;
        }
        catch (Exception exception)
        {
            // The cursor's next move decides whether the container is offered again.
            subscription.Cursor?.RecordDeliveryFailure();
            StreamLog.GaveUpDelivering(_parts.Silo.Logger, exception, subscription.Stream, batch.SequenceToken);
            await ReportFailureAsync(
                subscription, new StreamEventDeliveryFailureException($"Failed to deliver an event of stream {subscription.Stream}."), batch);
        }
    }

    private async Task DeliverOnceAsync(Subscription subscription, IBatchContainer batch)
    {
        try
        {
            await CallAsync(
                subscription,
                target => ((Activation)target).StreamConsumer.DeliverAsync(_parts.ProviderName, subscription.Stream, subscription.Id, batch),
                "deliver");
        }
        catch (Exception exception)
        {
            StreamLog.FailedToDeliver(_parts.Silo.Logger, exception, subscription.Stream, batch.SequenceToken);
            throw;
        }
    }

    /// <summary>Tells the consumer and the failure handler, whatever they make of it.</summary>
    /// <param name="subscription">Whose delivery, or registration, failed.</param>
    /// <param name="exception">Handed to the consumer.</param>
    /// <param name="batch">What could not be delivered; <see langword="null"/> when the registration failed.</param>
    private async Task ReportFailureAsync(Subscription subscription, Exception exception, IBatchContainer? batch)
    {
        await SuppressAsync(() => CallAsync(
            subscription, target => ((Activation)target).StreamConsumer.FailAsync(subscription.Id, exception), "fail"));
        await SuppressAsync(() => batch is null
            ? _failureHandler.OnSubscriptionFailure(subscription.Id, _parts.ProviderName, subscription.Stream, null)
            : _failureHandler.OnDeliveryFailure(subscription.Id, _parts.ProviderName, subscription.Stream, batch.SequenceToken));
    }

    private static async Task SuppressAsync(Func<Task> function)
    {
        try
        {
            await function();
        }
        catch (Exception)
        {
            // The failure that led here is logged; this one is of no use to anybody.
        }
    }

    private async Task WithRetriesAsync(Func<Task> function)
    {
        var start = TimeProvider.GetTimestamp();
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                await function();
                return;
            }
            catch (Exception exception) when (!IsStopped)
            {
                await Task.Delay(_parts.DeliveryBackoff.Next(attempt), TimeProvider, _stop.Token)
                    .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
                if (IsStopped || TimeProvider.GetElapsedTime(start) > _parts.Options.MaxEventDeliveryTime)
                {
                    ExceptionDispatchInfo.Throw(exception);
                }
            }
        }
    }

    /// <summary>An ordinary call of the consumer: it waits for its turn and for no longer than the response timeout.</summary>
    private async Task CallAsync(Subscription subscription, Func<ICallTarget, Task> function, string name)
    {
        var silo = _parts.Silo;
        var call = new InternalCall<object?>(function, $"{subscription.Consumer} stream {name}") { Deadline = silo.Deadline };
        silo.Send(subscription.Consumer, call);
        await call.Response;
    }
}
