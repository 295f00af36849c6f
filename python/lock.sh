#!/bin/sh
# Makes the lock files from the .in files. Needs uv on PATH; nothing else does.
# A changed lock is a changed environment: read the diff like code.
set -eu
cd "$(dirname "$0")"

lock() { # OUTPUT INPUT...
	out=$1
	shift
	uv pip compile --quiet --universal --python-version 3.11 --fork-strategy fewest \
		--only-binary :all: --generate-hashes --upgrade \
		--no-emit-index-url --no-annotate --no-header "$@" -o "$out"
	{
		echo "# Locked by lock.sh; do not edit. The hashes are those of every published wheel,"
		echo "# so one file serves CPython 3.11-3.14 on x86_64 and aarch64."
		cat "$out"
	} >"$out.new"
	mv "$out.new" "$out"
}

lock requirements.txt requirements.in
lock requirements-dev.txt requirements.in requirements-dev.in --constraint requirements.txt
lock ../test/science/requirements.txt requirements.in ../test/science/requirements.in --constraint requirements-dev.txt
lock ../test/tables/requirements.txt ../test/tables/requirements.in
lock ../test/tables/alone.txt ../test/tables/requirements-alone.in --no-deps
sed -e '/^#/d' ../test/tables/alone.txt >>../test/tables/requirements.txt
rm ../test/tables/alone.txt
lock ../examples/ring/requirements.txt ../examples/ring/requirements.in

# Every supported pair must have a wheel with a locked hash.
target=$(mktemp -d)
trap 'rm -rf "$target"' EXIT
for python in 3.11 3.12 3.13 3.14; do
	for machine in x86_64 aarch64; do
		for file in requirements.txt requirements-dev.txt ../test/science/requirements.txt; do
			uv pip install --quiet --dry-run --target "$target" --require-hashes --only-binary :all: \
				--python-version "$python" --python-platform "$machine-manylinux_2_28" -r "$file"
			echo "$file: CPython $python $machine"
		done
	done
	# Not all control-system libraries have wheels for aarch64.
	for file in ../test/tables/requirements.txt ../examples/ring/requirements.txt; do
		uv pip install --quiet --dry-run --target "$target" --require-hashes --no-deps --only-binary :all: \
			--python-version "$python" --python-platform x86_64-manylinux_2_28 -r "$file"
		echo "$file: CPython $python x86_64"
	done
done
