"""Walk, glob, copy, rename, link and stat files in the workspace."""
import fnmatch
import glob
import os
import shutil
import stat
from pathlib import Path

root = Path("data") / "2026"
for month in ("01", "02"):
    (root / month).mkdir(parents=True)
    for k in range(3):
        (root / month / f"scan{k}.dat").write_bytes(bytes(range(k + 1)))
print(sorted(glob.glob("data/**/*.dat", recursive=True)), len(list(Path(".").rglob("scan1*"))))
os.rename(root / "01" / "scan0.dat", root / "01" / "first.dat")
shutil.copy2(root / "02" / "scan2.dat", "copy.dat")
shutil.copytree(root, "backup")
os.symlink("copy.dat", "latest.dat")
os.chmod("copy.dat", 0o600)
print(stat.filemode(os.stat("latest.dat").st_mode), os.path.realpath("latest.dat") == os.path.realpath("copy.dat"))
for folder, _, names in os.walk("."):
    for name in fnmatch.filter(names, "*.dat"):
        os.utime(os.path.join(folder, name))
total = sum(e.stat().st_size for e in os.scandir(root / "02"))
os.remove("latest.dat")
shutil.rmtree("backup")
os.environ["SCAN"] = "7"
print(total, shutil.disk_usage(".").free > 0, os.cpu_count() > 0, os.environ["SCAN"], os.getcwd() != "")
# the file that came with the script can be changed: the change stays in the workspace
with open("readings.csv", "a") as f:
    f.write("2026-01-01T00:09,T1,20.5\n")
