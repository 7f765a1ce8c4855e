"""A change that needs a migration which is not in it: what is said, and how the run ends."""

import msgspec
import pytest

from bot.check.delivery import exit_code
from bot.findings.facts import Facts
from bot.findings.rules import migration_missing
from bot.github.checkrun import conclusion
from bot.model import Report, Status
from bot.settings import FailOn, from_options
from tests.support import reports
from tests.support.facts import LOADED
from tests.support.process import machine_with


def _report(status: Status = "proven", *, required: bool = True, generated: bool = True) -> Report:
    one = reports.project(status)
    if not generated:
        one = msgspec.structs.replace(one, migrations=[])
    facts = Facts(project=one, base=None, head=LOADED, require_migration=required)
    return reports.report(msgspec.structs.replace(one, findings=list(migration_missing.check(facts))))


def test_it_is_a_notice_with_the_files_name() -> None:
    (finding,) = _report().projects[0].findings
    assert (finding.code, finding.severity) == ("migration-missing", "notice")
    assert reports.migration().path in finding.detail


@pytest.mark.parametrize(
    ("report", "fail_on", "code", "concluded"),
    [
        (_report(), "error", 1, "action_required"),
        (_report("warning"), "error", 1, "action_required"),
        (_report("failed"), "error", 1, "failure"),
        (_report(), "never", 0, "neutral"),
        (_report(required=False), "error", 0, "success"),
        (_report(generated=False), "error", 0, "success"),
    ],
)
def test_the_run_fails_until_it_is_there(report: Report, fail_on: FailOn, code: int, concluded: str) -> None:
    chosen = from_options({"fail-on": fail_on}, machine_with({}))
    assert exit_code(chosen, report, 0) == code
    assert conclusion(report, fail_on) == concluded
