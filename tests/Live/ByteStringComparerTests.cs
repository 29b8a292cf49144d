// Goal: byte strings are equal by content alone, also when looked up by a span, and their hash never depends on where they lie.
using Analytics.Grains.Live;
using Xunit;

namespace Analytics.Tests.Live;

public sealed class ByteStringComparerTests
{
    [Fact]
    public void Strings_of_the_same_bytes_are_equal_with_the_same_hash()
    {
        Seeded.Run(200, static random =>
        {
            var bytes = new byte[random.Next(0, 40)];
            random.NextBytes(bytes);
            var shifted = new byte[bytes.Length + 1];
            bytes.CopyTo(shifted, 1);

            Assert.True(ByteStringComparer.Instance.Equals(bytes, (byte[])bytes.Clone()));
            Assert.True(ByteStringComparer.Instance.Equals(shifted.AsSpan(1), bytes));
            Assert.Equal(ByteStringComparer.Instance.GetHashCode(bytes), ByteStringComparer.Instance.GetHashCode(shifted.AsSpan(1)));
            Assert.Equal(bytes, ByteStringComparer.Instance.Create(shifted.AsSpan(1)));
        });
    }

    [Fact]
    public void One_other_byte_or_length_makes_another_string()
    {
        Seeded.Run(200, static random =>
        {
            var bytes = new byte[random.Next(1, 40)];
            random.NextBytes(bytes);
            var other = (byte[])bytes.Clone();
            other[random.Next(other.Length)] ^= (byte)(1 << random.Next(8));

            Assert.False(ByteStringComparer.Instance.Equals(bytes, other));
            Assert.False(ByteStringComparer.Instance.Equals(bytes, bytes[..^1]));
            Assert.False(ByteStringComparer.Instance.Equals(bytes, [.. bytes, 0]));
            Assert.False(ByteStringComparer.Instance.Equals(bytes.AsSpan(1), bytes));
        });
    }

    [Fact]
    public void The_last_byte_of_an_odd_length_counts_in_the_hash()
    {
        var hashes = Enumerable.Range(0, 256).Select(last => ByteStringComparer.Instance.GetHashCode([1, 2, (byte)last])).Distinct();
        Assert.Equal(256, hashes.Count());
    }

    [Fact]
    public void A_dictionary_finds_by_span_what_was_added_as_an_array()
    {
        var counts = new Dictionary<byte[], int>(ByteStringComparer.Instance) { ["a"u8.ToArray()] = 1, [[]] = 2 };
        var lookup = counts.GetAlternateLookup<ReadOnlySpan<byte>>();
        Assert.Equal(1, lookup["a"u8]);
        Assert.Equal(2, lookup[default]);
        Assert.False(lookup.ContainsKey("A"u8));
        lookup["b"u8] = 3;
        Assert.Equal(3, counts["b"u8.ToArray()]);
    }
}
