"""The first file that runs in the sandbox: ``python3 -I -B __main__.py FD [zygote]``."""

import sys


def load() -> None:
    """Make the package importable without leaving its folder on sys.path."""
    if "interlock_runner" in sys.modules:
        return
    home = __file__.rpartition("/")[0]
    sys.path.insert(0, home.rpartition("/")[0])
    try:
        import interlock_runner  # noqa: F401
    finally:
        del sys.path[0]


if __name__ == "__main__":
    load()
    if len(sys.argv) > 2:
        from interlock_runner.zygote import live as serve
    else:
        from interlock_runner.run import serve

    serve(int(sys.argv[1]))
