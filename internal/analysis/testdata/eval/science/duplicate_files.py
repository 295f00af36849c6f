# source: own
# kind: science
# writes: no
# channels: -
# reads: no
import collections
import hashlib
import os
import pathlib
import tempfile


def digest(path, block=65536):
    sha = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(block):
            sha.update(chunk)
    return sha.hexdigest()


def duplicates(root):
    found = collections.defaultdict(list)
    for folder, _, files in os.walk(root):
        for name in files:
            path = pathlib.Path(folder, name)
            found[path.stat().st_size, digest(path)].append(path.relative_to(root).as_posix())
    return [sorted(paths) for paths in found.values() if len(paths) > 1]


with tempfile.TemporaryDirectory() as root:
    for name, text in {"a/1.txt": "same", "b/2.txt": "same", "b/3.txt": "different"}.items():
        path = pathlib.Path(root, name)
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    print(duplicates(root))
