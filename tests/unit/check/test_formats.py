"""What goes to standard output and into the output folder, by format."""

import json
from pathlib import Path

import pytest

from bot.check.delivery import deliver
from bot.report.sarif import sarif
from bot.settings import Settings
from tests.support import reports
from tests.support.process import MACHINE


def test_sarif_on_standard_output_and_in_the_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    report = reports.report(reports.failed())
    deliver(
        Settings(repo=tmp_path, machine=MACHINE, cache_dir=tmp_path, format="sarif", output_dir=tmp_path / "out"),
        report,
        {},
    )
    printed = capsys.readouterr().out
    assert json.loads(printed)["version"] == "2.1.0"
    assert (tmp_path / "out/report.sarif").read_bytes() == printed.encode() == sarif(report)
