"""A person's own unittest and doctest, with mocks, in one file."""
import doctest
import sys
import unittest
from unittest import mock


def gamma(beta):
    """Return the Lorentz factor.

    >>> round(gamma(0.6), 6)
    1.25
    """
    return (1 - beta**2) ** -0.5


class TestGamma(unittest.TestCase):
    def test_rest(self):
        self.assertEqual(gamma(0), 1)

    def test_light(self):
        with self.assertRaises(ZeroDivisionError):
            gamma(1)

    @mock.patch("sys.maxsize", 5)
    def test_mock(self):
        self.assertEqual(sys.maxsize, 5)


if __name__ == "__main__":
    assert doctest.testmod().failed == 0
    unittest.main(verbosity=2)
