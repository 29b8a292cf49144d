namespace Analytics.Grains.Configuration;

/// <summary><c>Analytics:Limits</c>: what one input may be. Beyond a limit an event becomes a dead letter with the named code.</summary>
public sealed record LimitsOptions
{
    /// <summary>Bytes of a request body after decompression; more: 413 <c>body_too_large</c>. 32 MiB is about 200,000 ordinary events.</summary>
    public int BodyBytesMax { get; init; } = 32 * 1024 * 1024;

    /// <summary>Bytes of one event's JSON; more: <c>event_too_large</c>. 1 MiB is Kafka's own default for a message.</summary>
    public int EventBytesMax { get; init; } = 1024 * 1024;

    /// <summary>Bytes of one log record. The collector cuts a body into records between events; a single event may be larger.
    /// 256 KiB keeps a record well under Kafka's limit and one decode step under a few milliseconds.</summary>
    public int RecordBytesMax { get; init; } = 256 * 1024;

    /// <summary>Bytes of a log message after decompression; more: <c>message_too_large</c> for the whole message. Bounds what a gzip bomb can ask for.</summary>
    public int MessageBytesMax { get; init; } = 64 * 1024 * 1024;

    /// <summary>Fields of one event after flattening; more: <c>fields_too_many</c>. The hard cap on columns is the same.</summary>
    public int FieldsPerEventMax { get; init; } = 1000;

    /// <summary>Levels of nesting below <c>fields</c>; more: <c>nesting_too_deep</c>.</summary>
    public int NestingMax { get; init; } = 8;

    /// <summary>Bytes of one string value; more: <c>string_too_long</c>. Larger texts belong in object storage, with their key as the field.</summary>
    public int StringBytesMax { get; init; } = 256 * 1024;

    /// <summary>Elements of one array value; more: <c>array_too_long</c>.</summary>
    public int ArrayElementsMax { get; init; } = 10_000;

    /// <summary>Bytes of an <c>id</c>; more: <c>id_too_long</c>.</summary>
    public int IdBytesMax { get; init; } = 128;

    /// <summary>Bytes of an input kept in its dead letter; the rest is cut off, its size is kept. What is cut cannot be replayed.</summary>
    public int DeadLetterBytesMax { get; init; } = 64 * 1024;

    /// <summary>Columns of a table besides the fixed ones; values of further fields go to <c>_extra</c>.</summary>
    public int ColumnsMax { get; init; } = 500;
}
