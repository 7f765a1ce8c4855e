"""Pictures of a comment as GitHub shows it: light and dark. Without arguments the demo's, into docs/: `make picture`.

    python scripts/picture.py [COMMENT.md --name PATH/WITHOUT-ENDING --width 400 --unfold]

Needs chromium (or CHROMIUM=its path), node 20 or newer with npm, and what `make` installs. Packages of npm go to a
folder that is removed, unless NODE_PACKAGES names one to keep.
"""

import argparse
import os
import re
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

from comment_page import html

from bot import demo

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("github-markdown-css@5.9.0", "mermaid@11", "@wooorm/starry-night@3", "hast-util-to-html@9")
SWITCHES = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking"
    " --disable-component-update --disable-sync --hide-scrollbars --allow-file-access-from-files"
    " --virtual-time-budget=15000"
).split()


def main() -> None:
    """Install, draw, and say where the pictures are."""
    options = _arguments()
    with ExitStack() as stack:
        work = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="migration-bot-picture-")))
        packages = Path(os.environ.get("NODE_PACKAGES", work / "npm"))
        install(packages)
        comment = options.comment or _comment_of_the_demo(work)
        for theme in ("light", "dark"):
            page = work / f"{theme}.html"
            page.write_text(html(comment.read_text(), packages, theme, options.width, unfold=options.unfold))
            target = options.name.with_name(f"{options.name.name}-{theme}.png").resolve()
            _draw(page, target, work / theme, options.width)
            print(f"{target}: {target.stat().st_size // 1024} KB")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("comment", type=Path, nargs="?", help="a comment.md (default: the demo's)")
    parser.add_argument("--name", type=Path, default=ROOT / "docs" / "comment", help="beginning of the pictures' names")
    parser.add_argument("--width", type=int, default=860)
    parser.add_argument("--unfold", action="store_true", help="show what is folded away")
    return parser.parse_args()


def install(folder: Path) -> None:
    """The packages of npm."""
    folder.mkdir(parents=True, exist_ok=True)
    quiet = ("--silent", "--no-save", "--ignore-scripts", "--no-audit", "--no-fund")
    subprocess.run(["npm", "install", "--prefix", str(folder), *quiet, *PACKAGES], check=True, cwd=folder)


def _comment_of_the_demo(work: Path) -> Path:
    """As in a pull request: with a commit as its head."""
    repository, results = work / "repository", work / "report"
    demo.make_repository(repository)
    git = ("git", "-C", str(repository), "-c", "user.name=Demo", "-c", "user.email=demo@example.org")
    subprocess.run([*git, "commit", "--quiet", "--all", "--message", "Job times"], check=True)
    words = ("--repo", str(repository), "--base", "HEAD~1", "--head", "HEAD", "--python", sys.executable)
    named = ("--message", "Job started and finished times", "--output-dir", str(results))
    check = [sys.executable, "-m", "bot", "check", *words, *named]
    subprocess.run(check, check=True, cwd=ROOT, stdout=subprocess.DEVNULL)
    return results / "comment.md"


def _draw(page: Path, target: Path, profile: Path, width: int) -> None:
    """As high as the page is when the diagrams are drawn."""
    chromium = [os.environ.get("CHROMIUM", "chromium"), *SWITCHES, f"--user-data-dir={profile}"]
    done = subprocess.run([*chromium, "--dump-dom", page.as_uri()], check=True, capture_output=True, text=True)
    height = re.search(r"<title>\[(\d+)", done.stdout)
    if height is None:
        sys.exit(f"chromium did not finish the page:\n{done.stderr}")
    shot = (f"--window-size={max(width, 500)},{height[1]}", f"--screenshot={target}")
    subprocess.run([*chromium, *shot, page.as_uri()], check=True, capture_output=True)


if __name__ == "__main__":
    main()
