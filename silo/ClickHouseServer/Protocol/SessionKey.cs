namespace Analytics.Silo.ClickHouseServer.Protocol;

/// <summary>The session that a request names.</summary>
/// <param name="User">Whose it is: sessions of different users never meet.</param>
/// <param name="Id">The user's name for it.</param>
/// <param name="Timeout">How long it stays after its last request.</param>
/// <param name="MustExist">Whether it may not begin here.</param>
/// <param name="IsClosed">Whether it ends with this request.</param>
internal sealed record SessionKey(string User, string Id, TimeSpan Timeout, bool MustExist, bool IsClosed);
