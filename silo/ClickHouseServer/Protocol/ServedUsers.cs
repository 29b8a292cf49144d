using System.Security.Cryptography;
using System.Text;
using Analytics.Grains.ClickHouse;
using Analytics.Grains.Configuration;

namespace Analytics.Silo.ClickHouseServer.Protocol;

/// <summary>Those who may use the server. Passwords are kept and compared as hashes, for an unknown name too, in time that does not depend on them.</summary>
internal sealed class ServedUsers
{
    // What nobody's password is compared with.
    private static readonly byte[] Unknown = RandomNumberGenerator.GetBytes(SHA256.HashSizeInBytes);

    private readonly Dictionary<string, (ServedUser User, byte[] Hash)> _users = new(StringComparer.Ordinal);

    /// <summary>Takes the users over; without any there is <c>default</c>, who has no password and may read.</summary>
    public ServedUsers(IReadOnlyList<ServeUser> users)
    {
        foreach (var user in users.Count > 0 ? users : [new ServeUser { Name = Credentials.DefaultName }])
        {
            var access = user.Access == ServeUser.Full ? ServedAccess.Full : ServedAccess.Read;
            _users.Add(user.Name, (new ServedUser(user.Name, access), Hash(user.Password)));
        }
    }

    /// <summary>How many there are.</summary>
    public int Count => _users.Count;

    /// <summary>The user with this name and password.</summary>
    /// <exception cref="ClickHouseException">There is none.</exception>
    public ServedUser Authenticate(Credentials credentials)
    {
        var given = Hash(credentials.Password);
        var isKnown = _users.TryGetValue(credentials.Name, out var known);
        var isRight = CryptographicOperations.FixedTimeEquals(given, isKnown ? known.Hash : Unknown);
        return isKnown && isRight
            ? known.User
            : throw new ClickHouseException(
                ErrorCodes.AuthenticationFailed,
                $"{credentials.Name}: Authentication failed: password is incorrect, or there is no user with such name.");
    }

    private static byte[] Hash(string password) => SHA256.HashData(Encoding.UTF8.GetBytes(password));
}
