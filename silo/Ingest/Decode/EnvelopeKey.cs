namespace Analytics.Silo.Ingest.Decode;

/// <summary>The keys of an event.</summary>
internal enum EnvelopeKey
{
    Unknown = 0,
    Project = 1,
    Metric = 2,
    Time = 3,
    Id = 4,
    Fields = 5,
}
