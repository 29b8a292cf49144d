namespace Analytics.Tests.Decode;

/// <summary>A random event that can be written with an envelope and without one.</summary>
/// <param name="Time">Its time as JSON; <see langword="null"/> when it has none.</param>
/// <param name="Id">Its id, likewise.</param>
/// <param name="Others">Its fields, <c>"name":value</c> each.</param>
/// <param name="Place">Where among them time and id stand.</param>
internal sealed record BareObject(string? Time, string? Id, string[] Others, int Place)
{
    /// <summary>The members of an envelope that say time and id, each with a comma behind it.</summary>
    public string Members() => (Time is null ? "" : $"\"time\":{Time},") + (Id is null ? "" : $"\"id\":{Id},");

    /// <summary>The fields, time and id among them under the given names, or left out.</summary>
    public string Fields(string? timeName, string? idName)
    {
        var members = new List<string>(Others);
        if (timeName is not null && Time is not null)
        {
            members.Insert(Place % (members.Count + 1), $"\"{timeName}\":{Time}");
        }

        if (idName is not null && Id is not null)
        {
            members.Insert(Place / 7 % (members.Count + 1), $"\"{idName}\":{Id}");
        }

        return "{" + string.Join(',', members) + "}";
    }
}
