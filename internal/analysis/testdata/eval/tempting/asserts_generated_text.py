# source: own
# kind: tempting
# writes: no
# channels: -
# reads: no
"""Tests of a code generator: they look for text."""
import unittest

TEMPLATE = "import epics\nepics.caput({name!r}, {value})\n"


def generate(name, value):
    return TEMPLATE.format(name=name, value=value)


class GeneratorTest(unittest.TestCase):
    def test_put_line(self):
        text = generate("SR:HCM1:SP", 0.5)
        self.assertIn("epics.caput('SR:HCM1:SP', 0.5)", text)

    def test_compiles(self):
        code = compile(generate("SR:HCM1:SP", 1), "generated", "exec")
        self.assertIn("caput", code.co_names)


if __name__ == "__main__":
    unittest.main(exit=False)
