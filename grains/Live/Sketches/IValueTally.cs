namespace Analytics.Grains.Live.Sketches;

/// <summary>The different values of a column, for whoever makes them from a table.</summary>
internal interface IValueTally
{
    /// <summary>Whether values are counted one by one.</summary>
    bool IsExact { get; }

    /// <summary>Which values there are, beyond the bound.</summary>
    UniqueSketch? Uniques { get; }

    /// <summary>How often, beyond the bound; <see langword="null"/> where that is not looked for.</summary>
    FrequencySketch? Frequencies { get; }

    /// <summary>Takes all rows of a value.</summary>
    void Add(ValueRow row);

    /// <summary>Takes a value for the sample alone; beyond the bound only.</summary>
    void AddToSample(byte[] text, ulong rank);

    /// <summary>Whether all of these values could be counted one by one along with those that are.</summary>
    bool HasRoomFor(IReadOnlyCollection<ValueRow> rows);

    /// <summary>Goes over to sketches, if that has not happened yet.</summary>
    void GiveUp();
}
