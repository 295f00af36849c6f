# source: Python documentation, zipfile (docs.python.org)
# kind: science
# writes: no
# channels: -
# reads: no
import io
import json
import zipfile

buffer = io.BytesIO()
with zipfile.ZipFile(buffer, "w", compression=zipfile.ZIP_DEFLATED) as archive:
    for number in range(3):
        archive.writestr(f"run{number}/meta.json", json.dumps({"run": number, "ok": number != 1}))
        archive.writestr(f"run{number}/data.txt", "\n".join(str(n * number) for n in range(20)))

with zipfile.ZipFile(buffer) as archive:
    bad = archive.testzip()
    for info in archive.infolist():
        print(f"{info.filename:18s} {info.file_size:5d} {info.compress_size:5d}")
    metas = [json.loads(archive.read(n)) for n in archive.namelist() if n.endswith(".json")]
print("good runs", [m["run"] for m in metas if m["ok"]], bad)
