# written: exact A
# writes: definite
# unresolved: os.system
import os

os.system("c\\\naput A 1")
os.system("$(echo caput) B 1")
os.system("echo a && `echo caput` C 1")
os.system("/usr/bin/c?put D 1")
os.system("ca{put,} E 1")
