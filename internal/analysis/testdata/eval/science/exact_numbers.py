# source: Python documentation, decimal and fractions (docs.python.org)
# kind: science
# writes: no
# channels: -
# reads: no
import statistics
from decimal import Decimal, getcontext, localcontext
from fractions import Fraction
from itertools import accumulate, count, islice, takewhile

getcontext().prec = 28


def pi():
    with localcontext() as context:
        context.prec += 2
        lasts, t, s, n, na, d, da = Decimal(0), Decimal(3), Decimal(3), 1, 0, 0, 24
        while s != lasts:
            lasts = s
            n, na = n + na, na + 8
            d, da = d + da, da + 32
            t = (t * n) / d
            s += t
    return +s


harmonic = accumulate(Fraction(1, n) for n in count(1))
print(pi())
print(list(islice(harmonic, 6)))
print(list(takewhile(lambda n: n < 60, (n * n for n in count()))))
print(statistics.quantiles([1, 2, 3, 5, 8, 13], n=4))
