# source: Python documentation, xml.etree.ElementTree (docs.python.org)
# kind: science
# writes: no
# channels: -
# reads: no
import xml.etree.ElementTree as ET

TEXT = """<catalogue>
  <magnet name="Q1" type="quad"><length unit="m">0.31</length><k1>1.42</k1></magnet>
  <magnet name="Q2" type="quad"><length unit="m">0.28</length><k1>-1.37</k1></magnet>
  <magnet name="B1" type="bend"><length unit="m">1.20</length></magnet>
</catalogue>"""

root = ET.fromstring(TEXT)
for magnet in root.iterfind("magnet[@type='quad']"):
    strength = float(magnet.findtext("k1")) * float(magnet.find("length").text)
    magnet.set("integrated", f"{strength:.4f}")
ET.indent(root)
print(ET.tostring(root, encoding="unicode"))
