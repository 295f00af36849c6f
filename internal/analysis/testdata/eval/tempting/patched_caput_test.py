# source: Python documentation, unittest.mock patch (docs.python.org)
# kind: tempting
# writes: no
# channels: -
# reads: no
import unittest
from unittest.mock import patch

import epics


def zero(names):
    for name in names:
        epics.caput(name, 0.0)


class ZeroTest(unittest.TestCase):
    @patch("epics.caput")
    def test_each_name_once(self, fake):
        zero(["SR:HCM1:SP", "SR:HCM2:SP"])
        self.assertEqual([c.args[0] for c in fake.call_args_list], ["SR:HCM1:SP", "SR:HCM2:SP"])


if __name__ == "__main__":
    unittest.main(exit=False)
