namespace Analytics.Grains.ClickHouse.Http;

/// <summary>What a statement is for: decides its settings, its account and what a failure means.</summary>
internal enum StatementKind
{
    /// <summary>Changes something and answers nothing: DDL, a small INSERT … VALUES.</summary>
    Execute = 0,

    /// <summary>A query of ours.</summary>
    Query = 1,

    /// <summary>A query that a user wrote.</summary>
    UserQuery = 2,

    /// <summary>Takes a block.</summary>
    Insert = 3,
}
