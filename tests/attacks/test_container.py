"""The same spies in the action's own container, which starts as root and holds the token."""

from pathlib import Path
from textwrap import indent

import docker
import pytest

from tests.attacks.test_sides import SPY, WAYS
from tests.fakes import runner
from tests.support.action import MODELS, TO_ADD, WITH_AGE
from tests.support.containers import Containers
from tests.support.machine import OWN_VARIABLES, PROBES, SECRET, loot, spy
from tests.support.report_schema import valid_report

GITHUB = "/github"
PLACES = ("workspace/.git/config", "runner_temp", "home", "workflow", "file_commands", "workspace/.git")
TARGETS = ("workspace/x", "workspace/.git/hooks/x", "runner_temp/x", "home/.gitconfig", "workflow/event.json")
GIVEN = {
    "PLACES": [f"{GITHUB}/{place}" for place in PLACES] + ["/root", "/etc/shadow", "/proc/1/environ"],
    "TARGETS": [f"{GITHUB}/{target}" for target in TARGETS] + ["/opt/migration-bot/bin/migration-bot", "/tmp/x"],
    "REPOSITORY": f"{GITHUB}/workspace",
    "HOME": f"{GITHUB}/home",
    "PORT": 22,
}


@pytest.fixture
def robbed(stage: Containers) -> Containers:
    """A job in which other steps left secrets where steps leave them."""

    class Robbed(Containers):
        def _check_out(self, workspace: Path, ref: str) -> None:
            super()._check_out(workspace, ref)
            temp = workspace.parent / "_temp"
            (temp / "_github_home").mkdir(parents=True)
            for path in (temp / "git-credentials-1.config", temp / "_github_home/.netrc", workspace / "secret.env"):
                path.write_text(SECRET)
            with (workspace / ".git/config").open("a") as config:
                config.write(f'[http "https://github.com/"]\n\textraheader = AUTHORIZATION: basic {SECRET}\n')

    stage.__class__ = Robbed
    return stage


NAMES = sorted(path.stem for path in PROBES.glob("*.py"))


def test_no_spy_in_the_container_comes_home_with_anything(robbed: Containers) -> None:
    """All in one run, as on the machine itself: what one of them found would be told by its own words."""
    robbed.python = "auto"
    robbed.open({"models.py": WITH_AGE + spy(*NAMES, given=GIVEN, models="")})
    assert robbed.pull_request() == 1, robbed.last.log
    text = (robbed.workspace / "migration-report/report.json").read_text()
    (project,) = valid_report(text.encode()).projects
    assert project.error is not None
    told = project.error.message
    allowed = (*OWN_VARIABLES, "SSL_CERT_FILE=", "PIP_CERT=")
    assert [item for item in loot(told) if item.strip() and not item.startswith(allowed)] == [], told
    everything = text + robbed.last.log + robbed.summary + "".join(robbed.hub.bodies(1))
    assert SECRET not in everything
    assert runner.TOKEN not in everything
    assert robbed.last.broken == ()
    assert set(robbed.last.outputs) == {"status", "changed", "migration-path", "report", "sarif", "comment-url"}


def test_an_environment_of_the_repositorys_opens_nothing_in_the_container(robbed: Containers) -> None:
    """Base's settings name `.venv`, and head brings one that names the workspace as the place of its Python."""
    robbed.git("checkout", "--quiet", "main")
    place, own = robbed.work / ".venv", "/opt/migration-bot"
    (place / "bin").mkdir(parents=True)
    (place / "bin/python").symlink_to("/usr/bin/python3.13")
    (place / "lib").mkdir()
    (place / "lib/python3.13").symlink_to(f"{own}/lib/python3.13")
    hostile = f"HOME = /usr/bin\nhome = {GITHUB}/workspace/bin\n"
    robbed.write({".venv/pyvenv.cfg": hostile, "bin/x": "", "lib/python3.98/os.py": ""}, "environment")
    robbed.push("main")
    robbed.python = ".venv"
    example = f"SECRETS={GITHUB}/runner_temp\n"
    robbed.open({"models.py": WITH_AGE + spy("files", given=GIVEN, models=""), ".env.example": example})
    assert robbed.pull_request() == 1, robbed.last.log
    text = (robbed.workspace / "migration-report/report.json").read_text()
    (project,) = valid_report(text.encode()).projects
    assert project.error is not None
    assert loot(project.error.message) == []
    everything = text + robbed.last.log + robbed.summary + "".join(robbed.hub.bodies(1))
    assert SECRET not in everything
    assert runner.TOKEN not in everything


MIGRATION = """
revision, down_revision = "b2", "a1"

def upgrade():
{spied}

def downgrade():
    pass
"""


def test_nor_one_in_an_upgrade_and_heads_models_change_nothing_of_bases(robbed: Containers) -> None:
    """Another door, and the other side's checkout: the migration stops where its spies tell what they found."""
    models = MODELS + SPY.format(ways=list(WAYS.values()))
    migration = MIGRATION.format(spied=indent(spy(*NAMES, given=GIVEN, models=""), "    "))
    robbed.open({"models.py": models, "migrations/versions/b2.py": migration})
    assert robbed.pull_request() == 1, robbed.last.log
    text = (robbed.workspace / "migration-report/report.json").read_text()
    (project,) = valid_report(text.encode()).projects
    told = next(step.error.message for step in project.round_trip.steps if step.error)
    allowed = (*OWN_VARIABLES, "SSL_CERT_FILE=", "PIP_CERT=")
    assert [item for item in loot(told) if item.strip() and not item.startswith(allowed)] == [], told
    seen = {difference.name for difference in project.declared if difference.parent == "spied"}
    assert {f"refused_{number}" for number in range(len(WAYS))} <= seen, seen
    everything = text + robbed.last.log + robbed.summary + "".join(robbed.hub.bodies(1))
    assert SECRET not in everything
    assert runner.TOKEN not in everything


def test_a_report_folder_that_is_a_link_leads_nowhere(stage: Containers) -> None:
    """The checkout in the workspace is the pull request's: what it has in the report's place is removed."""
    stage.git("checkout", "--quiet", "-B", "feature", "main")
    (stage.work / "migration-report").symlink_to(".git")
    stage.write({"models.py": WITH_AGE}, "link")
    stage.push("main")
    stage.open({"models.py": WITH_AGE + "    size = sa.Column(sa.Integer)\n"})
    assert stage.pull_request() == TO_ADD, stage.last.log
    assert not (stage.workspace / "migration-report").is_symlink()
    assert not (stage.workspace / ".git/report.json").exists()
    assert (stage.workspace / "migration-report/report.json").exists()


def test_a_cache_that_the_repository_brings_is_refused(stage: Containers) -> None:
    stage.write({".migration-bot/postgres/evil.tar": "evil"}, "cache")
    stage.push("main")
    stage.open({"models.py": WITH_AGE})
    assert stage.pull_request(cache_dir=".migration-bot") == 2
    assert "cache-dir" in stage.last.log


@pytest.mark.usefixtures("stage")
def test_nothing_is_left_in_the_engine(engine: docker.DockerClient) -> None:
    left = engine.containers.list(all=True, filters={"label": "migration-bot=database"})
    assert left == []
