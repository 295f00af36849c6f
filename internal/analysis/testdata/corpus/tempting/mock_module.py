# writes: none
import sys
from unittest import mock
sys.modules["p4p"] = mock.Mock()
import p4p
p4p.client.thread.Context("pva").put("A", 1)
