namespace Orleans.Streams;

/// <summary>Hands the events of a container over one by one.</summary>
internal sealed class ItemObserver<T>(IAsyncObserver<T> observer) : IAttachedObserver
{
    public async Task DeliverAsync(IBatchContainer batch)
    {
        foreach (var (item, token) in batch.GetEvents<T>())
        {
            await observer.OnNextAsync(item, token);
        }
    }

    public Task FailAsync(Exception exception) => observer.OnErrorAsync(exception);
}

/// <summary>Hands all events of a container over in one call; none when it has none of the type.</summary>
internal sealed class BatchObserver<T>(IAsyncBatchObserver<T> observer) : IAttachedObserver
{
    public Task DeliverAsync(IBatchContainer batch)
    {
        var items = new List<SequentialItem<T>>();
        foreach (var (item, token) in batch.GetEvents<T>())
        {
            items.Add(new SequentialItem<T>(item, token));
        }

        return items.Count > 0 ? observer.OnNextAsync(items) : Task.CompletedTask;
    }

    public Task FailAsync(Exception exception) => observer.OnErrorAsync(exception);
}
