"""How sure a share is."""

from math import sqrt

_Z95 = 1.959964


def wilson(hits: int, of: int) -> tuple[float, float]:
    """Return the 95 % interval of a share, by Wilson's score: honest for small sets and near 1.

    Source: Wilson 1927; recommended for small samples by Brown, Cai and DasGupta 2001.
    """
    if of == 0:
        return 0.0, 1.0
    share, z2 = hits / of, _Z95 * _Z95
    middle = (share + z2 / (2 * of)) / (1 + z2 / of)
    half = _Z95 * sqrt(share * (1 - share) / of + z2 / (4 * of * of)) / (1 + z2 / of)
    return max(0.0, middle - half), min(1.0, middle + half)
