# source: ukaea/epics areaDetector setup scripts, moved from shell to os.system
# kind: writing
# writes: yes
# channels: 13URL1:HDF1:FilePath 13URL1:cam1:Acquire 13URL1:cam1:ImageMode
# reads: no
import os

P = "13URL1"
os.system(f'caput {P}:cam1:ImageMode "Continuous"')
os.system(f"caput -S {P}:HDF1:FilePath './'")
os.system("caput %s:cam1:Acquire 1" % P)
