"""Padme: padded lengths that tell little about the true one (DESIGN section 2, "sizes are padded").

Does not pad anything itself. The rule keeps the top bits of a length, as many as a floating point number of
log2(log2(length)) mantissa bits would, and costs at most 12 %. Nikitin et al., PETS 2019, section 4.
"""

from __future__ import annotations


def padme(length: int) -> int:
    """Smallest padded length in bytes that is not below ``length``; a fixed point of itself."""
    if length < 2:
        return max(length, 0)
    exponent = length.bit_length() - 1
    dropped = exponent - exponent.bit_length()
    mask = (1 << dropped) - 1
    return (length + mask) & ~mask
