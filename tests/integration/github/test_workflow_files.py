"""Workflow files as people get them, from `init` and from examples/, run for the events that they wait for.

Every choice that `init` offers, each with another layout of a repository; all ten with MIGRATION_BOT_TESTS=all.
"""

import os
import re
from collections.abc import Mapping
from typing import Any

import pytest

from bot.cli import parser
from bot.init import command
from bot.init.workflow import example
from tests.fakes import webhooks
from tests.fakes.workflows import Run, Workflows
from tests.support.action import FILES, MODELS, WITH_AGE, ActionHarness
from tests.support.process import MACHINE
from tests.support.projects import ENV, INI

CHOICES: dict[str, tuple[str, ...]] = {
    "plain": ("--no-forks", "--no-commands"),
    "commands": ("--commands",),
    "forks": ("--forks", "--no-commands"),
    "forks and commands": ("--forks", "--commands"),
    "matrix": ("--matrix",),
}
READS_A_KEY = "import os\nos.environ['SIGNING_KEY']\n" + ENV
PACKAGE = {f"src/shop/{name}": text for name, text in (("__init__.py", ""), ("models.py", MODELS))}


def moved(folder: str) -> dict[str, str]:
    return {f"{folder}{name}": text for name, text in FILES.items()}


def changed(name: str, old: str, new: str) -> dict[str, str]:
    assert old in FILES[name]
    return {**FILES, name: FILES[name].replace(old, new)}


def renamed(old: str, new: str) -> dict[str, str]:
    return {name.replace(old, new): text for name, text in FILES.items()}


LAYOUTS: dict[str, Mapping[str, str]] = {
    "at the top": FILES,
    "in a folder": moved("backend/"),
    "two services": moved("services/a/") | moved("services/b/"),
    "a package in src": {
        **{name: text for name, text in FILES.items() if name != "models.py"},
        **PACKAGE,
        "alembic.ini": INI + "prepend_sys_path = src\n",
        "migrations/env.py": ENV.replace("from models", "from shop.models"),
    },
    "settings without a default": {**FILES, "migrations/env.py": READS_A_KEY, ".env.example": "SIGNING_KEY=abc\n"},
    "another folder of migrations": {
        **renamed("migrations/", "db/"),
        "alembic.ini": INI.replace("/migrations", "/db"),
    },
    "the configuration in pyproject.toml": {
        **{name: text for name, text in FILES.items() if name != "alembic.ini"},
        "pyproject.toml": '[tool.alembic]\nscript_location = "%(here)s/migrations"\n',
        "migrations/env.py": ENV.replace(
            "engine_from_config(config.get_section(config.config_ini_section), poolclass=pool.NullPool)",
            "engine_from_config({'sqlalchemy.url': config.get_main_option('sqlalchemy.url')})",
        ),
    },
    "a configuration of another name": renamed("alembic.ini", "db.ini"),
    "a section of its own": changed("alembic.ini", "[alembic]", "[shop]"),
    "beside other workflows": {**FILES, ".github/workflows/tests.yml": "name: Tests\non: push\njobs: {}\n"},
}
ALL = os.environ.get("MIGRATION_BOT_TESTS") == "all"
CHOSEN = list(LAYOUTS) if ALL else list(LAYOUTS)[: len(CHOICES)]
PAIRS = [(layout, list(CHOICES)[number % len(CHOICES)]) for number, layout in enumerate(CHOSEN)]


def laid(stage: ActionHarness, files: Mapping[str, str], workflows: Mapping[str, str] | None = None) -> Workflows:
    """Main has the project, with its workflows; a pull request gives its models a column."""
    stage.git("rm", "-r", "--quiet", ".")
    stage.write({"NOTES.md": "words\n", **files, **(workflows or {})}, "project")
    stage.push("main")
    return Workflows(stage)


def proposed(stage: ActionHarness, files: Mapping[str, str]) -> None:
    path = next(name for name in files if name.endswith("models.py"))
    stage.open({path: WITH_AGE})


def opened(runs: Workflows) -> list[Run]:
    return runs.deliver("pull_request", runs.stage.event(), "refs/pull/1/merge")


def verdicts(stage: ActionHarness) -> tuple[list[str], list[str]]:
    """The first lines of the bot's comments, and the newest conclusion of each check run on the head."""
    head = stage.hub.sha("refs/pull/1/head")
    newest = {check["name"]: check["conclusion"] for check in stage.hub.checks if check["head_sha"] == head}
    titles = [re.search(r"^### .*$", body, re.MULTILINE) for body in stage.hub.bodies(1) if body.startswith("<!--")]
    return [found[0] for found in titles if found], [*newest.values()]


def published(runs: Workflows, owner: str = "acme") -> None:
    """The first half of the pair has finished."""
    [second] = runs.deliver("workflow_run", runs.stage.has_finished(owner), "main")
    assert second.results["publish"] == "success"


@pytest.mark.parametrize(("layout", "choice"), PAIRS)
def test_what_init_writes_shows_the_migration(stage: ActionHarness, layout: str, choice: str) -> None:
    runs = laid(stage, LAYOUTS[layout])
    assert command.run(parser().parse_args(["init", "--repo", str(stage.work), *CHOICES[choice]]), MACHINE) == 0
    stage.write({}, "workflows")
    stage.push("main")
    proposed(stage, LAYOUTS[layout])
    [first] = opened(runs)
    forks = choice.startswith("forks")
    assert "failure" in first.results.values()  # red until the file is there, where a check run does not say so
    if forks:
        assert verdicts(stage) == ([], [])  # the first half may write nothing
        published(runs)
    [title], conclusions = verdicts(stage)
    assert title.startswith("### 🟡 Add this migration")
    assert conclusions == ["action_required"]
    if "commands" in choice:
        [done] = runs.deliver("issue_comment", stage.commented("/migration commit"), "main")
        assert [result for result in done.results.values() if result != "skipped"] == ["success"]
        [title], conclusions = verdicts(stage)
        assert title.startswith("### ✅ Migration proven")
        assert conclusions[-1] == "success"


def test_a_fork_s_pull_request_is_shown_by_the_second_half(stage: ActionHarness) -> None:
    files = {f".github/workflows/{name}.yml": example(name) for name in ("forks-check", "forks-publish")}
    runs = laid(stage, FILES, files)
    proposed(stage, FILES)
    stage.hub.pulls[1].head_repository = "stranger/shop"
    [first] = opened(runs)
    assert first.results == {"check": "failure"}
    published(runs, "stranger")
    [title], conclusions = verdicts(stage)
    assert title.startswith("### 🟡 Add this migration")
    assert conclusions == ["action_required"]
    assert "the bot cannot commit to a fork" in stage.hub.bodies(1)[0]


def test_findings_become_alerts(stage: ActionHarness) -> None:
    runs = laid(stage, FILES, {".github/workflows/migrations.yml": example("code-scanning")})
    proposed(stage, FILES)
    opened(runs)
    [alerts] = runs.alerts
    assert '"version": "2.1.0"' in alerts


def test_the_example_with_commands_waits_for_the_events_that_it_names(stage: ActionHarness) -> None:
    runs = laid(stage, FILES, {".github/workflows/migrations.yml": example("commands")})
    proposed(stage, FILES)
    kind = "merge_group", "checks_requested"
    tips = {"base_sha": stage.hub.sha("main"), "head_sha": stage.hub.sha("refs/pull/1/merge")}
    queued = webhooks.payload(*kind, merge_group=webhooks.part(*kind, "merge_group", **tips))
    [run] = runs.deliver("merge_group", queued, "refs/pull/1/merge")
    assert run.results == {"check": "failure", "command": "skipped"}
    assert stage.hub.checks[-1]["conclusion"] == "action_required"
    shas = {"before": stage.hub.sha("main^"), "after": stage.hub.sha("main")}
    pushed: dict[str, Any] = {"repository": stage.repository("push", ""), **shas}
    assert runs.deliver("push", webhooks.payload("push", ref="refs/heads/other", **pushed), "main") == []
    [run] = runs.deliver("push", webhooks.payload("push", ref="refs/heads/main", **pushed), "main")
    assert run.codes == {"check": [0]}
    [run] = runs.deliver("issue_comment", stage.commented("a word"), "main")
    assert run.results == {"check": "skipped", "command": "skipped"}


def test_another_base_is_checked_again(stage: ActionHarness) -> None:
    runs = laid(stage, FILES, {".github/workflows/migrations.yml": example("same-repository")})
    proposed(stage, FILES)
    opened(runs)
    stage.git("push", "--quiet", "origin", "feature:stacked")
    stage.hub.pulls[1].base_branch = "stacked"
    stage.hub.follow(1)
    changes = {"base": {"ref": {"from": "main"}, "sha": {"from": stage.hub.sha("main")}}}
    [run] = runs.deliver("pull_request", stage.event("edited", changes=changes), "refs/pull/1/merge")
    assert run.results == {"migrations": "success"}
    assert verdicts(stage)[1] == ["success"]


def test_a_commit_that_asks_for_no_run_is_checked_by_command(stage: ActionHarness) -> None:
    """Until then it has no check run at all: nothing of an older commit is green for it."""
    runs = laid(stage, FILES, {".github/workflows/migrations.yml": example("commands")})
    stage.open({"NOTES.md": "more words\n"})
    [run] = opened(runs)
    assert run.results["check"] == "success"
    stage.git("commit", "--quiet", "--allow-empty", "-m", "only words [skip ci]")
    stage.push("feature")
    assert opened(runs) == []
    assert verdicts(stage)[1] == []
    [run] = runs.deliver("issue_comment", stage.commented("/migration"), "main")
    assert run.results == {"check": "skipped", "command": "success"}
    assert verdicts(stage)[1] == ["success"]
