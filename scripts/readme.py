"""Puts the demo's real output into README.md, between two marks. Run it from the repository: `make readme`."""

import re
import subprocess
import sys
from pathlib import Path

README = Path(__file__).resolve().parent.parent / "README.md"
_BLOCK = re.compile(r"(<!-- demo -->\n```text\n).*?(```\n<!-- /demo -->)", re.DOTALL)


def main() -> None:
    """Run the demo and write what it printed, less the folders that it made."""
    done = subprocess.run(
        [sys.executable, "-m", "bot", "demo"], capture_output=True, text=True, check=True, cwd=README.parent
    )
    shown = done.stdout.split("\nThe repository is ", 1)[0].strip() + "\n"
    text, count = _BLOCK.subn(lambda match: match[1] + shown + match[2], README.read_text())
    if count != 1:
        sys.exit("README.md has no place for the demo's output")
    README.write_text(text)


if __name__ == "__main__":
    main()
