# source: Write yourself a Git, hash-object (wyag.thb.lt)
# kind: tempting
# writes: no
# channels: -
# reads: no
"""put, get and checkout of a content-addressed store."""
import hashlib
import pathlib
import tempfile
import zlib


class Repository:
    def __init__(self, folder):
        self.objects = pathlib.Path(folder, "objects")

    def put(self, kind, data):
        raw = f"{kind} {len(data)}\0".encode() + data
        digest = hashlib.sha1(raw).hexdigest()
        path = self.objects / digest[:2] / digest[2:]
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(zlib.compress(raw))
        return digest

    def get(self, digest):
        raw = zlib.decompress((self.objects / digest[:2] / digest[2:]).read_bytes())
        return raw.partition(b"\0")[2]


with tempfile.TemporaryDirectory() as folder:
    repository = Repository(folder)
    key = repository.put("blob", b"SR:HCM1:SP 0.5\n")
    print(key[:10], repository.get(key))
