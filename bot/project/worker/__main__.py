"""Entry: `python __main__.py READ_FD WRITE_FD`, from the copied folder.

In: two inherited pipes. The folder itself leaves `sys.path` at once, so that none of its names can
stand in for a module of the project's or of the standard library.
"""

import sys


def main() -> None:
    folder = sys.path.pop(0)
    parent, _, package = folder.rpartition("/")

    from importlib import import_module  # noqa: PLC0415  only now is the path as it should be

    sys.path.insert(0, parent)
    serve = import_module(package + ".serve")
    sys.path.remove(parent)
    serve.serve(int(sys.argv[1]), int(sys.argv[2]))


if __name__ == "__main__":
    main()
