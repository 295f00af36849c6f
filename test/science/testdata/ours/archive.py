"""Pack results into zip, tar.gz and gzip, and read them back."""
import gzip
import hashlib
import io
import shutil
import tarfile
import zipfile
from pathlib import Path

out = Path("results")
out.mkdir()
for k in range(3):
    (out / f"scan_{k:03d}.txt").write_text("\n".join(str(k * j) for j in range(100)))
with zipfile.ZipFile("all.zip", "w", zipfile.ZIP_DEFLATED) as z:
    for path in sorted(out.iterdir()):
        z.write(path, path.name)
    z.writestr("README", "made by archive.py")
with tarfile.open("all.tar.gz", "w:gz") as tar:
    tar.add(out)
    info = tarfile.TarInfo("note")
    info.size = 5
    tar.addfile(info, io.BytesIO(b"hello"))
shutil.make_archive("again", "gztar", out)
with tarfile.open("all.tar.gz") as tar:
    tar.extractall("unpacked")
with zipfile.ZipFile("all.zip") as z:
    print(z.namelist(), z.testzip())
    one = z.read("scan_002.txt")
with gzip.open("one.gz", "wb") as f:
    f.write(one)
digest = hashlib.sha256(gzip.open("one.gz").read()).hexdigest()
assert digest == hashlib.sha256(Path("unpacked/results/scan_002.txt").read_bytes()).hexdigest()
shutil.rmtree("unpacked")
print(digest, sorted(p.name for p in Path(".").iterdir() if p.is_file() and p.suffix in (".zip", ".gz")))
