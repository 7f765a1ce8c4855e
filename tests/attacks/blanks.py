"""Looks at files that are one long run of the same, as the bot does before anything of the project's is run.

Run as a program, with a folder, and a limit of its time.
"""

import sys
from pathlib import Path

from bot.check import fresh_install
from bot.discovery.environments import discover
from bot.findings.ignored import without_ignored
from bot.model import Migration
from bot.project.environment import dependencies, provenance, requirements
from bot.project.remedies import submodule
from bot.report.table_text import line

LONG = 200_000
NAMES = ("requirements.txt", "setup.py", "setup.cfg", "pyproject.toml", "Dockerfile", ".python-version", "env.py")
INI = "[alembic]\nscript_location = .\n"


def main() -> None:
    root = Path(sys.argv[1])
    for run in ("\n", " ", "\t", "\n a", "a", "(", "=", ".a"):
        text = run * (LONG // len(run)) + "x"
        for name in NAMES:
            (root / name).write_text(f"x{text} = 1")
        (root / "alembic.ini").write_text(f"{INI}key{text}")
        discover(root)
        (root / "alembic.ini").write_text(f"{INI}key = 1\n{text}")
        discover(root)
        found = dependencies.find(root, root)
        dependencies.project_name(root, root)
        provenance.is_of_checkout(found)
        requirements.included(found)
        line(text)
        submodule._PATH.findall(f"path = a{text}")
        [*fresh_install._IMPORTED.finditer(text)]
        source = f"# migration-bot: ignore x{text.replace(chr(10), ' ')}\n"
        without_ignored([Migration("a.py", "a", None, "pull_request", source)], [])


if __name__ == "__main__":
    main()
