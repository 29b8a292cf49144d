using System.Numerics;
using Analytics.Grains.Live.Snapshot;

namespace Analytics.Grains.Live;

/// <summary>
/// The exact sum of doubles, whatever the order they come in: live state, a rebuilt one and SQL over the table give the same result to the last bit.
/// </summary>
/// <remarks>
/// A superaccumulator. A double is m × 2^(e-1075) with |m| below 2^53 and e in 1…2046; the bin e/32 collects m × 2^(e mod 32) as a 128-bit
/// integer. One value uses at most 84 bits, so a bin takes 2^43 values. ClickHouse computes the same bins with
/// <c>sumMap</c> over Int128 (<c>Rebuild/ExactSumSql.cs</c>). 64 bins, 1 KB.
/// </remarks>
internal sealed class ExactSum
{
    /// <summary>Number of bins: exponents 1…2046 in groups of 32.</summary>
    internal const int BinCount = 64;

    private const int MantissaBits = 52;
    private const long MantissaMask = (1L << MantissaBits) - 1;

    // The value of a bin's unit is 2^(32 × bin - 1075).
    private const int UnitExponent = -1075;

    private readonly Int128[] _bins = new Int128[BinCount];

    /// <summary>Adds a finite double.</summary>
    public void Add(double value)
    {
        var bits = BitConverter.DoubleToInt64Bits(value);
        AddAll(new ReadOnlySpan<long>(in bits));
    }

    /// <summary>Adds finite doubles, given by their bits. Neighbours mostly belong to one bin, which is added to once for all of them.</summary>
    public void AddAll(ReadOnlySpan<long> values)
    {
        var (bin, high, low) = (0, 0UL, 0UL);
        foreach (var bits in values)
        {
            var exponent = (int)(bits >> MantissaBits) & 0x7FF;
            var mantissa = (ulong)(bits & MantissaMask) | (exponent == 0 ? 0 : 1UL << MantissaBits);
            exponent = Math.Max(exponent, 1);
            if (exponent >> 5 != bin)
            {
                _bins[bin] += new Int128(high, low);
                (bin, high, low) = (exponent >> 5, 0, 0);
            }

            // A shift by 64 would be one by 0.
            var shift = exponent & 31;
            var (addHigh, addLow) = ((mantissa >> 1) >> (63 - shift), mantissa << shift);
            if (bits >= 0)
            {
                low += addLow;
                high += addHigh + (low < addLow ? 1UL : 0);
            }
            else
            {
                high -= addHigh + (low < addLow ? 1UL : 0);
                low -= addLow;
            }
        }

        _bins[bin] += new Int128(high, low);
    }

    /// <summary>Adds an integer sum: what an integer column has collected before it became a column of doubles.</summary>
    /// <param name="value">The sum of integers that are doubles exactly (within ±2^53), so that adding them one by one gives the same.</param>
    public void AddInteger(Int128 value)
    {
        // 1 is 2^(32 × 33 + 19 - 1075). Larger parts go to higher bins, so that no bin overflows.
        const int UnitBin = 33;
        const int UnitShift = 19;
        var negative = value < 0;
        var rest = negative ? -value : value;
        for (var bin = UnitBin; rest != 0; bin++)
        {
            var part = (rest & 0xFFFF_FFFF) << UnitShift;
            _bins[bin] += negative ? -part : part;
            rest >>= 32;
        }
    }

    /// <summary>Adds to one bin: how a rebuilt sum gets the bins that SQL computed.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such bin.</exception>
    public void AddBin(int bin, Int128 value)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(bin);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(bin, BinCount);
        _bins[bin] += value;
    }

    /// <summary>The exact sum, rounded once to the nearest double (ties to even). Infinite when it is beyond the range of doubles.</summary>
    public double ToDouble()
    {
        var total = BigInteger.Zero;
        for (var bin = BinCount - 1; bin >= 0; bin--)
        {
            total = (total << 32) + (BigInteger)_bins[bin];
        }

        return Round(total);
    }

    /// <summary>Writes the bins that are not zero: one bit each of 64 tells which. What a bin has beyond 32 bits is carried to the next, so that the same
    /// sum gives the same few bytes.</summary>
    public void Save(SnapshotWriter writer)
    {
        Span<Int128> digits = stackalloc Int128[BinCount];
        var (used, carry) = (0UL, (Int128)0);
        for (var bin = 0; bin < BinCount; bin++)
        {
            var value = _bins[bin] + carry;
            digits[bin] = bin == BinCount - 1 ? value : (int)(uint)(value & uint.MaxValue);
            carry = (value - digits[bin]) >> 32;
            used |= digits[bin] == 0 ? 0 : 1UL << bin;
        }

        writer.WriteUnsigned(used);
        foreach (var digit in digits)
        {
            if (digit != 0)
            {
                writer.WriteSigned(digit);
            }
        }
    }

    /// <summary>Reads what <see cref="Save"/> wrote, into an empty sum.</summary>
    public void Restore(ref SnapshotReader reader)
    {
        var used = reader.ReadUnsigned();
        for (var bin = 0; bin < BinCount; bin++)
        {
            if ((used & (1UL << bin)) != 0)
            {
                _bins[bin] = reader.ReadSigned128();
            }
        }
    }

    private static double Round(BigInteger total)
    {
        var negative = total.Sign < 0;
        var magnitude = BigInteger.Abs(total);
        var excess = (int)(magnitude.GetBitLength() - (MantissaBits + 1));
        if (excess > 0)
        {
            var kept = magnitude >> excess;
            var rest = magnitude - (kept << excess);
            var half = BigInteger.One << (excess - 1);
            if (rest > half || (rest == half && !kept.IsEven))
            {
                kept += BigInteger.One;
            }

            magnitude = kept;
        }

        var value = Math.ScaleB((double)magnitude, Math.Max(excess, 0) + UnitExponent);
        return negative ? -value : value;
    }
}
