namespace Analytics.Cli.Demos;

/// <summary>What a plain calculation says of the calls sent: of service 1 each API's calls, time, share and percent rank.</summary>
internal sealed class ApiLatencyLedger
{
    private const double Tolerance = 1e-9;

    private readonly Dictionary<long, (long Calls, double Taken)> _apis = [];

    /// <summary>Adds a call.</summary>
    public void Add(long api, long service, double taken)
    {
        if (service == 1)
        {
            var (calls, sum) = _apis.GetValueOrDefault(api);
            _apis[api] = (calls + 1, sum + taken);
        }
    }

    /// <summary>The shares, the largest first.</summary>
    public IReadOnlyList<ApiShare> Shares()
    {
        var all = _apis.Values.Sum(api => api.Taken);
        return
        [
            .. from api in _apis
               let fewer = _apis.Values.Count(other => other.Taken < api.Value.Taken)
               orderby api.Value.Taken descending, api.Key
               select new ApiShare(api.Key, api.Value.Calls, api.Value.Taken, api.Value.Taken / all, _apis.Count == 1 ? 0 : fewer / (_apis.Count - 1.0)),
        ];
    }

    /// <summary>What differs first; <see langword="null"/> when nothing does.</summary>
    public string? Compare(IReadOnlyList<ApiShare> rows)
    {
        var expected = Shares();
        if (rows.Count != expected.Count)
        {
            return $"there are {rows.Count} APIs and should be {expected.Count}.";
        }

        for (var i = 0; i < rows.Count; i++)
        {
            var (row, should) = (rows[i], expected[i]);
            if (row.Api != should.Api || row.Calls != should.Calls || !IsNear(row.Taken, should.Taken) || !IsNear(row.Share, should.Share) || !IsNear(row.Rank, should.Rank))
            {
                return $"it is {row} and should be {should}.";
            }
        }

        return null;
    }

    private static bool IsNear(double one, double other) => Math.Abs(one - other) <= Tolerance * Math.Max(1, Math.Abs(other));
}
