"""Philox 4x32-10: a counter-based random number generator in plain integers.

The same source serves Python and, compiled, machine code: a product of two 32-bit words that does
not fit a signed 64-bit integer wraps there, and both its halves are still right once masked.

The generator has no state. Ten rounds of multiply and exchange turn a counter of four 32-bit
words and a key of two into four words that look independent, so any draw of any virtual trial
can be made alone, in any order, on any machine.

Sources
-------
Salmon, Moraes, Dror & Shaw 2011, *Parallel random numbers: as easy as 1, 2, 3* (SC11),
section 3.3 and table 2. Oracle: the known-answer vectors of the authors' Random123 library.
"""

from __future__ import annotations

Words4 = tuple[int, int, int, int]

GENERATOR = "Philox4x32-10"
_ROUNDS = 10
_MULTIPLIER_0, _MULTIPLIER_1 = 0xD2511F53, 0xCD9E8D57
_WEYL_0, _WEYL_1 = 0x9E3779B9, 0xBB67AE85  # golden ratio and sqrt(3) - 1, as 32-bit fractions
_MASK = 0xFFFFFFFF


def philox4x32(c0: int, c1: int, c2: int, c3: int, k0: int, k1: int) -> Words4:
    """Return the four 32-bit words that belong to a counter and a key.

    Parameters
    ----------
    c0, c1, c2, c3 : int
        The counter, words of 32 bits, lowest first.
    k0, k1 : int
        The key, words of 32 bits, lowest first.

    Returns
    -------
    tuple of four int
        Words in ``[0, 2**32)``.

    Examples
    --------
    >>> [f"{word:08x}" for word in philox4x32(0, 0, 0, 0, 0, 0)]
    ['6627e8d5', 'e169c58d', 'bc57ac4c', '9b00dbd8']
    """
    for _ in range(_ROUNDS):
        product_0 = _MULTIPLIER_0 * c0
        product_1 = _MULTIPLIER_1 * c2
        c0, c1, c2, c3 = (
            ((product_1 >> 32) & _MASK) ^ c1 ^ k0,
            product_1 & _MASK,
            ((product_0 >> 32) & _MASK) ^ c3 ^ k1,
            product_0 & _MASK,
        )
        k0 = (k0 + _WEYL_0) & _MASK
        k1 = (k1 + _WEYL_1) & _MASK
    return c0, c1, c2, c3
