#!/bin/sh
# Builds ../internal/analysis/parser/pyparser.wasm, byte for byte the same from
# any checkout folder and any CARGO_HOME: paths are remapped, versions pinned
# (Cargo.lock, rust-toolchain.toml), and only one unit of code is generated.
#
#   ./build.sh           builds and replaces the embedded file
#   ./build.sh --check   builds elsewhere and compares; 1 where the bytes differ
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd -P)
out=$here/../internal/analysis/parser/pyparser.wasm
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT INT TERM

target=wasm32-unknown-unknown
mkdir -p "${CARGO_HOME:-$HOME/.cargo}" # which a new user's first cargo would do
cargo_home=$(CDPATH='' cd -- "${CARGO_HOME:-$HOME/.cargo}" && pwd -P)
cd "$here"
sysroot=$(rustc --print sysroot)
cargo fetch --quiet --locked --target "$target"

# Flags of the caller's environment must not change the bytes. The separator is
# the one that CARGO_ENCODED_RUSTFLAGS wants, so that folders may hold spaces.
unset RUSTFLAGS CARGO_BUILD_RUSTFLAGS RUSTC_WRAPPER RUSTC_WORKSPACE_WRAPPER
sep=$(printf '\037')
flags="--remap-path-prefix=$work=/build"
flags="$flags${sep}--remap-path-prefix=$sysroot=/rust"
# Only where the rust-src component is installed does the compiler name these.
commit=$(rustc -vV | sed -n 's/^commit-hash: //p')
flags="$flags${sep}--remap-path-prefix=$sysroot/lib/rustlib/src/rust=/rustc/$commit"
flags="$flags${sep}--remap-path-prefix=$cargo_home=/cargo"
flags="$flags${sep}--remap-path-prefix=$here=/parser"
# The folder of unpacked crates is named after the registry's address, which a
# mirror changes. Of several prefixes that fit, the last one counts.
for crates in "$cargo_home"/registry/src/*; do
	flags="$flags${sep}--remap-path-prefix=$crates=/crates"
done
CARGO_ENCODED_RUSTFLAGS="$flags" CARGO_INCREMENTAL=0 \
	cargo build --quiet --locked --release --target "$target" --target-dir "$work"
built=$work/$target/release/pyparser.wasm

if [ "${1:-}" = --check ]; then
	if cmp -s "$built" "$out"; then
		echo "pyparser.wasm is what this source builds to"
		exit 0
	fi
	echo "pyparser.wasm is not what parser/ builds to:" >&2
	sha256sum "$built" "$out" >&2
	echo "run 'make parser' with the toolchain of parser/rust-toolchain.toml, then commit the file" >&2
	exit 1
fi
cp "$built" "$out"
chmod 644 "$out"
sha256sum "$out"
