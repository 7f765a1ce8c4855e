"""A repository with very many Alembic environments: a job for each that is touched, and one comment."""

import json
import os
import shutil
from typing import Any

import pytest

from bot.report.comment import LIMIT
from tests.support.action import FILES, WITH_AGE, ActionHarness

MANY = 200 if os.environ.get("MIGRATION_BOT_TESTS") == "all" else 50
TOUCHED = ("s007", "s042", f"s{MANY - 1:03}")
OTHERS = tuple(name for number in range(MANY) if (name := f"s{number:03}") not in TOUCHED)


def _opened(stage: ActionHarness, others: tuple[str, ...]) -> ActionHarness:
    """A pull request that changes the models of three environments, and a file that none can depend on."""
    stage.git("rm", "-r", "--quiet", ".")
    names = (*TOUCHED, *others)
    stage.write({f"services/{each}/{name}": text for each in names for name, text in FILES.items()}, "many")
    stage.push("main")
    stage.open({f"services/{name}/models.py": WITH_AGE for name in TOUCHED} | {"README.md": "hello"})
    return stage


@pytest.fixture
def some(stage: ActionHarness) -> ActionHarness:
    """The same with a few that are not touched."""
    return _opened(stage, OTHERS[:2])


def planned(stage: ActionHarness) -> list[dict[str, Any]]:
    assert stage.pull_request(mode="plan") == 0
    matrix: dict[str, list[dict[str, Any]]] = json.loads(stage.outputs["matrix"])
    assert stage.outputs["jobs"] == str(len(matrix["include"]))
    _keep_artifact(stage, 0)
    return matrix["include"]


def _keep_artifact(stage: ActionHarness, number: int) -> None:
    """As download-artifact lays them out: each in a folder of its own."""
    made = stage.folder / f"runner{stage.runs}" / "workspace" / "migration-report"
    shutil.copytree(made, stage.folder / "artifacts" / "migration-report" / f"migration-report-{number}")


def publish(stage: ActionHarness) -> int:
    (stage.folder / "artifacts").rename(stage.folder / "prepared")
    return stage.pull_request(mode="publish")


def test_three_of_many_are_three_jobs_and_one_comment(stage: ActionHarness) -> None:
    many = _opened(stage, OTHERS)
    jobs = planned(many)
    assert [job["config"] for job in jobs] == [f"services/{name}/alembic.ini" for name in TOUCHED]
    assert [job["reason"] for job in jobs] == [f"services/{name}/models.py is called like models" for name in TOUCHED]
    assert many.hub.bodies(1) == []
    for job in jobs:
        assert many.pull_request(mode="check", config=job["config"], require_migration="false") == 0
        _keep_artifact(many, job["number"])
        place = many.folder / f"runner{many.runs}/workspace/migration-report/report.json"
        report = json.loads(place.read_text())
        assert [project["config"] for project in report["projects"]] == [job["config"]]
    assert publish(many) == 0
    [body] = many.hub.bodies(1)
    assert len(body) < LIMIT
    assert "3 Alembic environments: 3 proven" in body
    assert all(f"services/{name}/alembic.ini" in body for name in TOUCHED)
    assert body.count("+ age    | integer") == len(TOUCHED)
    assert "services/s000" not in body


def test_a_job_that_leaves_no_report_is_not_passed_over(some: ActionHarness) -> None:
    planned(some)
    assert publish(some) == 1
    [body] = some.hub.bodies(1)
    assert "3 Alembic environments: 3 without a verdict" in body
    assert "job 2, which checks it, left no report" in body


def test_nothing_touched_is_no_job_and_a_check_run_that_says_so(some: ActionHarness) -> None:
    some.open({"README.md": "hello again"})
    assert planned(some) == []
    assert publish(some) == 0
    assert some.hub.bodies(1) == []
    assert "nothing to do" in some.summary
    assert some.hub.checks[-1]["conclusion"] == "success"


def test_an_environment_that_the_change_removes_is_in_the_comment(some: ActionHarness) -> None:
    some.git("checkout", "--quiet", "-B", "feature", "main")
    some.git("rm", "-r", "--quiet", "services/s007")
    some.git("commit", "--quiet", "-m", "gone")
    some.push("feature")
    planned(some)
    publish(some)
    [body] = some.hub.bodies(1)
    assert "The change removes the Alembic configuration services/s007/alembic.ini" in body
