#!/usr/bin/env python3
"""Write NOTICE: the licences of all crates whose code is in pyparser.wasm.

Run it in this folder after `cargo fetch`, whenever Cargo.lock changes:

    ./notice.py > NOTICE

It asks `cargo metadata` for the crates that are linked (normal dependencies;
no procedural macros, no build scripts' dependencies) and fails where one has a
licence that is not permissive or a package without a licence text.
"""

import json
import re
import subprocess
import sys
from pathlib import Path

TARGET = "wasm32-unknown-unknown"
PERMISSIVE = {
    "MIT", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "ISC", "Zlib", "Unlicense",
    "BSL-1.0", "Unicode-3.0", "Unicode-DFS-2016",
}

MIT = """\
Permission is hereby granted, free of charge, to any person obtaining a copy of
this software and associated documentation files (the "Software"), to deal in
the Software without restriction, including without limitation the rights to
use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies of
the Software, and to permit persons to whom the Software is furnished to do so,
subject to the following conditions:

The above copyright notice and this permission notice shall be included in all
copies or substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR
IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY, FITNESS
FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR
COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER
IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM, OUT OF OR IN
CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE."""

# Packages that are published without their licence file; the notices are those
# of their repositories.
COPYRIGHTS = {
    "ruff_python_ast": "Copyright (c) 2022 Charles Marsh\nCopyright (c) 2020 RustPython Team",
    "ruff_python_parser": "Copyright (c) 2022 Charles Marsh\nCopyright (c) 2020 RustPython Team",
    "ruff_python_trivia": "Copyright (c) 2022 Charles Marsh",
    "ruff_source_file": "Copyright (c) 2022 Charles Marsh",
    "ruff_text_size": "Copyright (c) 2022 Charles Marsh",
}


def metadata() -> dict:
    command = ["cargo", "metadata", "--locked", "--format-version", "1", "--filter-platform", TARGET]
    return json.loads(subprocess.run(command, check=True, capture_output=True).stdout)


def is_macro(package: dict) -> bool:
    return any("proc-macro" in target["kind"] for target in package["targets"])


def linked(meta: dict) -> list[dict]:
    packages = {p["id"]: p for p in meta["packages"]}
    nodes = {n["id"]: n for n in meta["resolve"]["nodes"]}
    found, todo = {}, [meta["resolve"]["root"]]
    while todo:
        package = packages[todo.pop()]
        if package["id"] in found or is_macro(package):
            continue
        found[package["id"]] = package
        for dep in nodes[package["id"]]["deps"]:
            if any(kind["kind"] is None for kind in dep["dep_kinds"]):
                todo.append(dep["pkg"])
    foreign = (p for p in found.values() if p["source"])
    return sorted(foreign, key=lambda p: (p["name"], p["version"]))


def permissive(expression: str) -> bool:
    """Whether every name in an SPDX expression is permissive; so is then any choice."""
    names = re.findall(r"[A-Za-z0-9.+-]+", expression.replace("/", " OR "))
    return all(n in PERMISSIVE for n in names if n not in ("OR", "AND", "WITH"))


def texts(package: dict) -> list[str]:
    """The package's licence files; of a choice that has it, MIT alone. Unicode data adds its own."""
    folder = Path(package["manifest_path"]).parent
    files = sorted(f for f in folder.iterdir() if re.match(r"(?i)(licen[cs]e|copying|unlicense)", f.name))
    files = [f for f in files if f.is_file()]
    mit = [f for f in files if "mit" in f.name.lower()]
    if mit:
        files = mit + [f for f in files if "unicode" in f.name.lower()]
    return ["\n".join(line.rstrip() for line in f.read_text().strip().splitlines()) for f in files]


def main() -> int:
    crates, faults = linked(metadata()), []
    rust = f"Copyright (c) The Rust Project Contributors\n\n{MIT}"
    by_text = {rust: ["the Rust standard library (MIT OR Apache-2.0)"]}
    for p in crates:
        label = f"{p['name']} {p['version']} ({p['license']})"
        if not p["license"] or not permissive(p["license"]):
            faults.append(f"{label}: not known as permissive")
        found = texts(p)
        if not found and p["license"] == "MIT" and p["name"] in COPYRIGHTS:
            found = [f"{COPYRIGHTS[p['name']]}\n\n{MIT}"]
        if not found:
            faults.append(f"{label}: no licence text")
        for text in found:
            by_text.setdefault(text, []).append(label)
    print("pyparser.wasm holds code of the crates below, under the licences below.")
    print("This file is made by parser/notice.py from `cargo metadata`.")
    for text, labels in sorted(by_text.items(), key=lambda item: item[1]):
        print("\n" + "=" * 78)
        print("\n".join(labels) + "\n\n" + text)
    for fault in faults:
        print(fault, file=sys.stderr)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
