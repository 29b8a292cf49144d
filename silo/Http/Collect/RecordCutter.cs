using System.Buffers;
using System.Runtime.InteropServices;
using Analytics.Grains.Configuration;
using Analytics.GrainInterfaces.Batches;
using Analytics.Silo.Ingest.Decode;

namespace Analytics.Silo.Http.Collect;

/// <summary>
/// Cuts a body into log records such that the decoder says of every event what the answer to the request says:
/// a body that fits one record goes as it is; of a larger one (and of bare events, which get an envelope) good events go as arrays up to the
/// record size, which is right whatever line breaks they hold; each refused one goes as a record that says so (<see cref="RejectedInputs"/>).
/// </summary>
internal sealed class RecordCutter(LimitsOptions limits)
{
    // An array's brackets.
    private const int BracketsBytes = 2;

    private static readonly byte[] DeadLetterKey =
        [.. System.Text.Encoding.UTF8.GetBytes(GrainInterfaces.MetricKey.Of(DeadLetterFields.Project, DeadLetterFields.Metric))];

    /// <summary>A record that becomes one dead letter with this code and reason.</summary>
    /// <param name="error">What the caller is told.</param>
    /// <param name="raw">The input.</param>
    /// <param name="bare">The address it was sent to, when it was sent to one.</param>
    /// <param name="partitions">Partitions that can be written, one or more.</param>
    public PendingRecord Refused(InputError error, ReadOnlySpan<byte> raw, BareEventWriter? bare, IReadOnlyList<int> partitions)
    {
        var record = new ArrayBufferWriter<byte>(Math.Min(raw.Length, limits.DeadLetterBytesMax) + 256);
        RejectedInputs.Begin(record);
        var letter = new DeadLetter { Error = error, Raw = raw[..Math.Min(raw.Length, limits.DeadLetterBytesMax)], IsBare = bare is not null };
        if (bare is not null)
        {
            letter.Project = bare.Project.Span;
            letter.Metric = bare.Metric.Span;
        }

        RejectedInputs.Add(record, letter, raw.Length);
        return DeadLetter(record.WrittenMemory, partitions);
    }

    /// <summary>Splits, judges and cuts a body.</summary>
    /// <param name="body">The decompressed body; records may be parts of it.</param>
    /// <param name="bare">For bare events: their envelope.</param>
    /// <param name="scratch">This request's alone.</param>
    /// <param name="partitions">Partitions that can be written, one or more.</param>
    /// <param name="cut">Empty; filled.</param>
    /// <returns>Whether there was memory for the records.</returns>
    public bool TryCut(ReadOnlyMemory<byte> body, BareEventWriter? bare, CollectScratch scratch, IReadOnlyList<int> partitions, CutBody cut)
    {
        if (bare is null)
        {
            scratch.Splitter.Split(body.Span, scratch.Found);
        }
        else
        {
            scratch.Splitter.SplitBare(body.Span, bare, scratch.Found);
        }

        var bytes = Judge(scratch.Found, bare?.OverheadBytes ?? 0, cut);
        if (cut.Accepted == 0 && scratch.Found is [{ Error.Code: InputErrorCodes.MessageEmpty }])
        {
            // Nothing came in, so nothing can be lost.
            return true;
        }

        // Bytes that only look like our own record of refused inputs must not be read as one.
        if (bare is null && body.Length <= limits.RecordBytesMax && !RejectedInputs.Is(body.Span))
        {
            AddWhole(body, scratch, partitions, cut);
            return true;
        }

        if (!cut.TryTake(bytes))
        {
            return false;
        }

        Cut(body, bare, (int)Math.Min(bytes, limits.RecordBytesMax), scratch, partitions, cut);
        return true;
    }

    /// <summary>Counts verdicts. Returns the bytes that the good events' records have.</summary>
    private static long Judge(List<SplitEvent> found, int overheadBytes, CutBody cut)
    {
        var bytes = (long)BracketsBytes;
        for (var i = 0; i < found.Count; i++)
        {
            var error = found[i].Error;
            if (error is null)
            {
                cut.Accepted++;
                cut.IsReadable = true;
                bytes += found[i].Length + overheadBytes + BracketsBytes;
                continue;
            }

            cut.Rejected++;
            CollectionsMarshal.GetValueRefOrAddDefault(cut.RejectedByCode ??= [], error.Code, out _)++;
            cut.IsReadable |= error.Code is not (InputErrorCodes.JsonInvalid or InputErrorCodes.Utf8Invalid
                or InputErrorCodes.EventNotObject or InputErrorCodes.MessageEmpty or InputErrorCodes.TooManyErrors);
            if (cut.Rejected <= CutBody.ErrorsMax)
            {
                (cut.Errors ??= []).Add(new CollectError(i, error));
            }
        }

        return bytes;
    }

    private static void AddWhole(ReadOnlyMemory<byte> body, CollectScratch scratch, IReadOnlyList<int> partitions, CutBody cut)
    {
        foreach (var found in scratch.Found)
        {
            if (found.Error is null)
            {
                var key = scratch.Splitter.KeyOf(found.MetricIndex).ToArray();
                cut.Records.Add(new PendingRecord(PartitionHash.PartitionOf(key, partitions), key, body));
                return;
            }
        }

        cut.Records.Add(DeadLetter(body, partitions));
    }

    private void Cut(
        ReadOnlyMemory<byte> body, BareEventWriter? bare, int recordBytes, CollectScratch scratch, IReadOnlyList<int> partitions, CutBody cut)
    {
        var overheadBytes = bare?.OverheadBytes ?? 0;
        RecordWriter? writer = null;
        byte[] key = [];
        foreach (var found in scratch.Found)
        {
            var item = body.Slice(found.Start, found.Length);
            if (found.Error is { } error)
            {
                cut.Records.Add(Refused(error, item.Span, bare, partitions));
                continue;
            }

            var size = item.Length + overheadBytes + BracketsBytes;
            if (writer is not null && writer.Length + size > limits.RecordBytesMax)
            {
                Close();
            }

            if (writer is null)
            {
                writer = new RecordWriter(cut.Rent(Math.Max(size + BracketsBytes, recordBytes)));
                key = scratch.Splitter.KeyOf(found.MetricIndex).ToArray();
            }

            writer.Separate();
            Write(writer, item.Span, bare);
        }

        if (writer is not null)
        {
            Close();
        }

        void Close()
        {
            cut.Records.Add(new PendingRecord(PartitionHash.PartitionOf(key, partitions), key, writer.Close()));
            writer = null;
        }
    }

    private static void Write(RecordWriter writer, ReadOnlySpan<byte> item, BareEventWriter? bare)
    {
        if (bare is null)
        {
            writer.Write(item);
        }
        else
        {
            bare.Write(writer, item);
        }
    }

    private static PendingRecord DeadLetter(ReadOnlyMemory<byte> record, IReadOnlyList<int> partitions)
    {
        // Spread by content: a flood of them must not all go to one partition.
        const int HashedBytesMax = 256;
        var partition = PartitionHash.PartitionOf(record.Span[..Math.Min(HashedBytesMax, record.Length)], partitions);
        return new PendingRecord(partition, DeadLetterKey, record);
    }
}
