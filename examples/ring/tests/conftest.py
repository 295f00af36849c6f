import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))


@pytest.fixture(scope="module")
def ring():
    from served import Ring

    ring = Ring()
    yield ring
    ring.stop()
