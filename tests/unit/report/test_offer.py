"""The command that makes the file, run by a real shell."""

import subprocess
from pathlib import Path

import msgspec
import pytest

from bot.model import Report
from bot.report.comment import comment
from bot.report.delivery_hint import pasted
from tests.support import reports as samples

TRICKY = "MIGRATION\n'EOF' $HOME `id` \\ \"$(exit)\" !!\n\tMIGRATION_\n"


def proven() -> Report:
    return samples.report(samples.project())


@pytest.mark.parametrize("path", ["versions/1_times.py", "a b/it's $HOME.py", "-x/-y.py"])
def test_the_shell_makes_the_file(tmp_path: Path, path: str) -> None:
    folder = tmp_path / Path(path).parent
    folder.mkdir()
    subprocess.run(["git", "init", "--quiet", tmp_path], check=True)
    source = samples.SOURCE + TRICKY
    command = pasted(proven(), samples.migration(path=path, source=source))
    subprocess.run(["bash", "-c", command], check=True, cwd=folder)
    assert (tmp_path / path).read_text() == source


@pytest.mark.parametrize("path", ["/etc/x.py", "../x.py", "a/../x.py", ".git/hooks/x.py", "versions/x.sh", "a\nb.py"])
def test_nothing_but_a_module_of_the_repository_is_offered(path: str) -> None:
    assert pasted(proven(), samples.migration(path=path)) == ""


def test_it_is_not_offered_where_it_is_not_finished() -> None:
    reports = [
        samples.report(samples.open_question()),
        samples.report(samples.failed()),
        msgspec.structs.replace(proven(), head=None),
    ]
    assert [pasted(report, samples.migration()) for report in reports] == ["", "", ""]


def test_a_long_file_is_folded_away_and_not_shown_twice() -> None:
    long = samples.migration(source=samples.SOURCE + "# more\n" * 5_000)
    text = comment(samples.report(samples.project(migrations=[long])))
    assert "<summary>The file: 5015 lines</summary>" in text
    assert "for your shell" not in text
