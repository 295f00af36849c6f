# written: exact UT:SP
# writes: possible
# complete: true
import unittest
from epics import PV
class TestLoop(unittest.TestCase):
    @classmethod
    def setUpClass(cls): cls.sp = PV("UT:SP")
    def test_follows(self):
        self.sp.put(3, wait=True)
unittest.main()
