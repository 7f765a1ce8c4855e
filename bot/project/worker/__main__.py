"""Entry: `python __main__.py READ_FD WRITE_FD`, from the copied folder.

Comes in: two inherited pipes. The folder itself leaves `sys.path` at once, so that none of its names can
stand in for a module of the project's.
"""

import os
import sys
from importlib import import_module


def main() -> None:
    folder = os.path.dirname(os.path.abspath(__file__))  # noqa: PTH100, PTH120  pathlib is the project's to break
    sys.path[:] = [entry for entry in sys.path if entry not in ("", folder)]
    sys.path.insert(0, os.path.dirname(folder))  # noqa: PTH120
    serve = import_module(os.path.basename(folder) + ".serve")  # noqa: PTH119
    del sys.path[0]
    serve.serve(int(sys.argv[1]), int(sys.argv[2]))


if __name__ == "__main__":
    main()
