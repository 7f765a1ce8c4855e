"""Comments in many situations, light and dark, wide and narrow: pictures, and heights that must fit a screen.

    python scripts/situations.py [--all FOLDER]

The reports are those of the tests (`tests/unit/report/golden`). docs/ gets the wide pictures; `--all` puts every one
into a folder, to be looked at. Exits with 1 where a comment is higher than a screen, or wider than its column. Needs
what `scripts/picture.py` needs.
"""

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from html import unescape
from pathlib import Path

from comment_page import gallery
from picture import ROOT, SWITCHES, install

SITUATIONS = {
    "to_add": "generated and proven, and not in the pull request yet",
    "unchanged": "nothing that the schema depends on changed",
    "assumed": "an assumption to confirm",
    "open_question": "a question that only the author can answer",
    "two_questions": "two questions, and much to say of locks",
    "takes_values": "a warning: the author's migration takes values away, and has no way back",
    "mended": "the author's migration is not right, and the lines that mend it",
    "behind": "base has moved: the migration would be a second head",
    "error": "an error before there was a verdict",
    "several": "several Alembic environments",
}
SCREEN = 700  # pixels
SMALL = 0.6  # of the pictures in docs/
WIDE, NARROW = 860, 400


def main() -> None:
    """Draw, measure, say."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--all", type=Path, help="a folder for all pictures, those for narrow screens as well")
    options = parser.parse_args()
    golden = ROOT / "tests/unit/report/golden"
    if options.all:
        options.all.mkdir(parents=True, exist_ok=True)
    comments = {caption: (golden / f"{name}.md").read_text() for name, caption in SITUATIONS.items()}
    with ExitStack() as stack:
        work = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="migration-bot-picture-")))
        packages = Path(os.environ.get("NODE_PACKAGES", work / "npm"))
        install(packages)
        faults = [
            fault
            for width in (WIDE, NARROW)
            for theme in ("light", "dark")
            for fault in _drawn(
                work, gallery(comments, packages, theme, width), f"situations-{theme}", width, options.all
            )
        ]
    sys.exit("\n".join(faults) or 0)


def _drawn(work: Path, page: str, name: str, width: int, everything: Path | None) -> Iterator[str]:
    """One page; what does not fit on it."""
    file = work / f"{name}-{width}.html"
    file.write_text(page)
    chromium = [os.environ.get("CHROMIUM", "chromium"), *SWITCHES, f"--user-data-dir={work / 'profile'}"]
    done = subprocess.run([*chromium, "--dump-dom", file.as_uri()], check=True, capture_output=True, text=True)
    told = re.search(r"<title>(\[.*?\])</title>", done.stdout)
    if told is None:
        sys.exit(f"chromium did not finish the page:\n{done.stderr}")
    height, *articles = json.loads(unescape(told[1]))
    targets = {ROOT / "docs" / f"{name}.png": SMALL} if width == WIDE else {}
    targets |= {everything.resolve() / f"{name}-{width}.png": 1} if everything else {}
    for target, scale in targets.items():
        shot = (f"--window-size={max(width, 500)},{height}", f"--screenshot={target}")
        scaled = f"--force-device-scale-factor={scale}"
        subprocess.run([*chromium, scaled, *shot, file.as_uri()], check=True, capture_output=True)
        print(f"{target}: {target.stat().st_size // 1024} KB")
    for caption, (high, wide) in zip(SITUATIONS.values(), articles, strict=True):
        print(f"  {width} px: {high} px high: {caption}")
        if wide > width:
            yield f"wider than {width} px ({wide}): {caption}"
        if width == WIDE and high > SCREEN:
            yield f"higher than {SCREEN} px ({high}): {caption}"


if __name__ == "__main__":
    main()
