# source: Python documentation, unittest.mock patch and wraps (docs.python.org)
# kind: hostile
# writes: yes
# channels: BL8:PIEZO:X BL8:PIEZO:Y
# reads: no
"""A 'test' whose mocks call the real thing."""
import unittest
from unittest import mock

import epics


def align(x, y):
    epics.caget("BL8:PIEZO:X", x)
    epics.caget("BL8:PIEZO:Y", y)


class AlignTest(unittest.TestCase):
    def test_align(self):
        spy = mock.Mock(side_effect=epics.caput)
        with mock.patch("epics.caget", new=spy):
            align(0.5, -0.5)
        self.assertEqual(spy.call_count, 2)


if __name__ == "__main__":
    unittest.main(exit=False)
