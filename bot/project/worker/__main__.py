"""Entry: `python __main__.py READ_FD WRITE_FD`, from the copied folder.

Comes in: two inherited pipes. The folder itself leaves `sys.path` at once, so that none of its names can
stand in for a module of the project's.
"""

import sys
from importlib import import_module
from pathlib import Path


def main() -> None:
    folder = Path(__file__).parent
    sys.path[:] = [entry for entry in sys.path if entry not in ("", str(folder))]
    sys.path.insert(0, str(folder.parent))
    serve = import_module(folder.name + ".serve")
    del sys.path[0]
    serve.serve(int(sys.argv[1]), int(sys.argv[2]))


if __name__ == "__main__":
    main()
