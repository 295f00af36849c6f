# source: Python documentation, unittest and doctest (docs.python.org)
# kind: science
# writes: no
# channels: -
# reads: no
"""A converter with its tests.

>>> celsius(212)
100.0
"""
import doctest
import sys
import unittest


def celsius(fahrenheit):
    """
    >>> celsius(32)
    0.0
    """
    if fahrenheit < -459.67:
        raise ValueError("below absolute zero")
    return (fahrenheit - 32) * 5 / 9


class CelsiusTest(unittest.TestCase):
    def test_table(self):
        for given, wanted in ((32, 0), (212, 100), (-40, -40)):
            with self.subTest(given=given):
                self.assertAlmostEqual(celsius(given), wanted)

    def test_refuses(self):
        with self.assertRaises(ValueError):
            celsius(-500)


print(doctest.testmod())
unittest.main(argv=sys.argv[:1], exit=False, verbosity=0)
