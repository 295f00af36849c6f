# writes: none
import os

os.system("which caput; echo caput A 1; man caput; command -v caput")
os.system("git commit -m 'caput A 1'; ls caput; grep caput x.py; find . -name caput.py")
