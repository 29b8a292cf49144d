using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Analytics.Grains.Columns;
using Analytics.Grains.Configuration;
using Analytics.Silo.Ingest.Decode;
using Analytics.Silo.Log.Kafka;

namespace Analytics.Silo.Http.DeadLetters;

/// <summary>
/// Judges the bytes of a dead letter as the collector would if they came now, to the address they came to then. A letter may hold a whole body;
/// it is good when every input in it is. Reusable; not safe for concurrent calls.
/// </summary>
/// <remarks>A letter of a topic of other producers is judged by the mapping the topic has now: time and id are the members it names.</remarks>
internal sealed class ReplayJudge(LimitsOptions limits, IReadOnlyList<KafkaMapping> mappings)
{
    // A buffer of a larger body is let go.
    private const int KeptBytesMax = 2 * 1024 * 1024;

    private readonly EventSplitter _splitter = new(limits);
    private readonly EventSplitter _checker = new(limits);
    private readonly List<SplitEvent> _found = [];
    private readonly List<SplitEvent> _checked = [];
    private readonly Dictionary<string, BareEvents> _mappings =
        mappings.ToDictionary(mapping => mapping.Topic, mapping => new BareEvents(mapping), StringComparer.Ordinal);

    private ByteBuffer _decompressed = new(0);

    /// <summary>The id of a replayed event that has none of its own.</summary>
    /// <param name="position">The letter's position.</param>
    /// <param name="index">The event's index in the letter.</param>
    /// <param name="count">Number of events in the letter.</param>
    public static string IdOf(DeadLetterPosition position, int index, int count) =>
        count == 1 ? $"dead-letter:{position}" : string.Create(CultureInfo.InvariantCulture, $"dead-letter:{position}:{index}");

    /// <summary>Judges a letter.</summary>
    /// <param name="letter">The letter, whole.</param>
    /// <param name="events">Gets its events when all are good.</param>
    /// <returns><see langword="null"/>, or why it is still refused.</returns>
    public InputError? Judge(Letter letter, List<StampedEvent> events)
    {
        ReadOnlyMemory<byte> body = letter.Raw;
        if (GzipMessage.IsGzip(letter.Raw))
        {
            if (GzipMessage.Decompress(letter.Raw, ref _decompressed, limits.BodyBytesMax) is { } error)
            {
                return error;
            }

            body = _decompressed.Written.ToArray();
            _decompressed = _decompressed.Capacity > KeptBytesMax ? new ByteBuffer(0) : _decompressed;
        }

        BareEventWriter? bare = null;
        BareEvents? mapping = null;
        if (letter.Topic.Length > 0)
        {
            if (!_mappings.TryGetValue(letter.Topic, out mapping))
            {
                return MessageErrors.MappingMissing(letter.Topic);
            }

            _splitter.SplitMapped(body.Span, mapping, letter.Parts, _found);
        }
        else if (letter.IsBare ?? MayBeBare(letter, body.Span))
        {
            if (!BareEventWriter.TryCreate(letter.Project, letter.Metric, out bare, out var error))
            {
                return error;
            }

            _splitter.SplitBare(body.Span, bare, _found);
        }
        else
        {
            _splitter.Split(body.Span, _found);
        }

        for (var i = 0; i < _found.Count; i++)
        {
            if (_found[i].Error is { } error)
            {
                return Of(error, i);
            }
        }

        return Stamp(letter, body.Span, bare, mapping, events);
    }

    // What goes into the log is more than what was judged, so it is judged, too: it must become rows there.
    private InputError? Stamp(Letter letter, ReadOnlySpan<byte> body, BareEventWriter? bare, BareEvents? mapping, List<StampedEvent> events)
    {
        for (var i = 0; i < _found.Count; i++)
        {
            var found = _found[i];
            var item = body.Slice(found.Start, found.Length);
            if (bare is not null)
            {
                var envelope = new ArrayBufferWriter<byte>(item.Length + bare.OverheadBytes);
                bare.Write(envelope, item);
                item = envelope.WrittenSpan;
            }

            var madeId = IdOf(letter.Position, i, _found.Count);
            var (json, id) = mapping is null
                ? EventStamp.Write(item, madeId, letter.ReceivedMs)
                : MappedStamp.Write(item, mapping, mapping.Wanted(letter.Parts), madeId, letter.ReceivedMs);
            _checker.Split(json, _checked);
            if (_checked[0].Error is { } error)
            {
                events.Clear();
                return Of(error, i);
            }

            events.Add(new StampedEvent(_splitter.KeyOf(found.MetricIndex).ToArray(), id, json));
        }

        return null;
    }

    private InputError Of(InputError error, int index) => _found.Count == 1
        ? error
        : error with { Message = string.Create(CultureInfo.InvariantCulture, $"Input {index} of {_found.Count}: {error.Message}") };

    // A letter that does not say so is bare when it knows its address and does not name it itself. In doubt it is an event with an envelope,
    // and refused: fields that were meant as an envelope must not become columns.
    private static bool MayBeBare(Letter letter, ReadOnlySpan<byte> body)
    {
        if (letter.Project.Length == 0 || letter.Metric.Length == 0)
        {
            return false;
        }

        var reader = new Utf8JsonReader(body);
        try
        {
            while (reader.Read())
            {
                if (reader.CurrentDepth == 1 && reader.TokenType == JsonTokenType.PropertyName
                    && (reader.ValueTextEquals("project"u8) || reader.ValueTextEquals("metric"u8)))
                {
                    return false;
                }
            }

            return body.StartsWith("{"u8);
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
