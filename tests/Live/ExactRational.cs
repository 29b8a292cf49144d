using System.Numerics;

namespace Analytics.Tests.Live;

/// <summary>A sum of doubles as an integer number of the smallest double, 2^-1074, and its nearest double found by bisection over all of them.</summary>
internal sealed class ExactRational
{
    private BigInteger _units;

    public void Add(double value) => _units += Units(value);

    public void Add(BigInteger integer) => _units += integer << 1074;

    public double ToDouble()
    {
        var magnitude = BigInteger.Abs(_units);
        var (low, high) = (0L, BitConverter.DoubleToInt64Bits(double.MaxValue));
        while (low < high)
        {
            var middle = low + ((high - low + 1) / 2);
            (low, high) = Units(BitConverter.Int64BitsToDouble(middle)) <= magnitude ? (middle, high) : (low, middle - 1);
        }

        // Above the largest double lies 2^1024, which stands for infinity.
        var below = Units(BitConverter.Int64BitsToDouble(low));
        var above = low == BitConverter.DoubleToInt64Bits(double.MaxValue)
            ? BigInteger.One << (1024 + 1074)
            : Units(BitConverter.Int64BitsToDouble(low + 1));
        var toBelow = magnitude - below;
        var toAbove = above - magnitude;
        var isUp = toAbove < toBelow || (toAbove == toBelow && (low & 1) == 1);
        var rounded = BitConverter.Int64BitsToDouble(isUp ? low + 1 : low);
        return _units.Sign < 0 ? -rounded : rounded;
    }

    private static BigInteger Units(double value)
    {
        var bits = BitConverter.DoubleToInt64Bits(Math.Abs(value));
        var exponent = (int)(bits >> 52);
        var mantissa = bits & ((1L << 52) - 1);
        var units = exponent == 0 ? mantissa : new BigInteger(mantissa | (1L << 52)) << (exponent - 1);
        return value < 0 ? -units : units;
    }
}
