namespace Analytics.Silo.Ingest.Decode;

/// <summary>What a time that is a number counts since 1970. The names are the words of <c>Kafka:Mappings:n:TimeUnit</c>.</summary>
internal enum TimeUnit
{
    Milliseconds = 0,
    Seconds = 1,
    Microseconds = 2,
    Nanoseconds = 3,
}
