# writes: none
# complete: true
import unittest

from epics import PV


class TestCurrent(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.current = PV("SR:CURRENT")

    def test_beam(self):
        self.assertGreater(self.current.get(), 1)


if __name__ == "__main__":
    unittest.main()
