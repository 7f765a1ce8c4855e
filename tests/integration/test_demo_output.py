"""What the demo prints, run as people run it, with its output in a file; and that README.md shows the same."""

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.report_schema import valid_report

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def demo() -> Iterator[subprocess.CompletedProcess[str]]:
    """The finished demo; what it leaves for people to look at is taken away after the tests."""
    done = subprocess.run([sys.executable, "-m", "bot", "demo"], capture_output=True, text=True, check=False, cwd=ROOT)
    yield done
    left = re.search(r"^The repository is (\S+/migration-bot-demo-[^/\s]+)/repository,$", done.stdout, re.MULTILINE)
    if left:
        shutil.rmtree(left[1])


def _bare(text: str) -> str:
    """Without what differs from run to run."""
    text = re.sub(r"(?<![0-9a-z])[0-9a-f]{12}(?![0-9a-z])", "<id>", text.replace("ad93dae04483", "<first>"))
    text = re.sub(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d+", "<date>", text)
    return re.sub(r" +\d+\.\d+ s\b", " <time>", text)


def test_it_proves_and_says_where_things_are(demo: subprocess.CompletedProcess[str]) -> None:
    assert demo.returncode == 0, demo.stderr
    results = re.search(r"the report and the migration are in (\S+)\.\n", demo.stdout)
    assert results
    report = valid_report((Path(results[1]) / "report.json").read_bytes())
    assert report.status == "proven"
    [migration] = report.projects[0].migrations
    assert (Path(results[1]) / "migrations" / migration.path).read_text() == migration.source
    assert "up, down and up again" in (Path(results[1]) / "comment.md").read_text()


def test_it_tells_the_story_of_the_job_table(demo: subprocess.CompletedProcess[str]) -> None:
    story = [
        "✅ alembic.ini: generated and proven",
        "op.add_column('job', sa.Column('started_at'",
        "History (base is at ad93dae04483)",
        "__reana.job before",
        "__reana.job after",
        "started_at     | timestamp without time zone",
        "✓ upgrade ",
        "job: no started_at and finished_at",
        "✓ upgrade again",
        "nothing more to do",
    ]
    places = [demo.stdout.index(words) for words in story]
    assert places == sorted(places)


def test_a_file_gets_no_escape_sequences_and_no_progress(demo: subprocess.CompletedProcess[str]) -> None:
    assert "\x1b" not in demo.stdout + demo.stderr
    assert "making the round trip" in demo.stderr
    assert "making the round trip" not in demo.stdout


def test_the_readme_shows_what_the_demo_prints(demo: subprocess.CompletedProcess[str]) -> None:
    shown = re.search(r"<!-- demo -->\n```text\n(.*?)```\n<!-- /demo -->", (ROOT / "README.md").read_text(), re.DOTALL)
    assert shown
    printed = demo.stdout.split("\nThe repository is ", 1)[0].strip() + "\n"
    assert _bare(shown[1]) == _bare(printed), "make readme"
