"""action.yml, the code behind it, the documentation and the examples say the same."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml  # type: ignore[import-untyped]

from bot.action.main import COMMITS, MODES
from bot.action.run import COMMENTS, Action
from bot.settings import ActionRequest, from_inputs
from bot.settings.options import shared_options
from tests.fakes.runner import inputs
from tests.support.process import machine_with

ROOT = Path(__file__).parents[2]
ACTION: dict[str, Any] = yaml.safe_load((ROOT / "action.yml").read_text())
EXAMPLES = sorted((ROOT / "examples").glob("*.yml"))
SETTINGS = shared_options()

OWN = {"token", "mode", "commit", "comment", "matrix", "cache-dir"}  # what the action alone reads


def _words(name: str) -> list[str]:
    """The choices that an input's description shows."""
    return re.findall(r"`([a-z]+)`", ACTION["inputs"][name]["description"])


def test_inputs_are_what_the_code_reads() -> None:
    assert set(ACTION["inputs"]) == set(SETTINGS) | OWN


def test_the_code_asks_for_no_other_input() -> None:
    asked = set()
    for path in (ROOT / "bot").rglob("*.py"):
        asked |= set(re.findall(r"""(?:inputs\.get\(|\binputs\[|\.choice\()"([a-z-]+)""", path.read_text()))
    assert asked
    assert asked <= set(ACTION["inputs"])


@pytest.mark.parametrize(
    ("name", "choices"),
    [
        ("mode", MODES),
        ("commit", COMMITS),
        ("comment", COMMENTS),
        ("fail-on", SETTINGS["fail-on"].choices),
        ("baseline", SETTINGS["baseline"].choices),
    ],
)
def test_choices_are_described(name: str, choices: tuple[str, ...]) -> None:
    assert set(_words(name)) == set(choices)


def test_defaults_are_accepted_and_mean_what_leaving_them_out_means(tmp_path: Path) -> None:
    given = {name.removeprefix("INPUT_").lower(): value for name, value in inputs(ROOT / "action.yml", {}).items()}
    asked = ActionRequest(repo=tmp_path, base="a", head="b", output_dir=tmp_path, files=lambda _path: b"")
    assert from_inputs(given, {}, asked, machine_with({})) == from_inputs({}, {}, asked, machine_with({}))
    assert (given["mode"], given["commit"]) == (MODES[0], COMMITS[0])
    assert not given.get("comment")


def test_outputs_are_what_the_code_sets() -> None:
    source = Path(Action.finish.__code__.co_filename).read_text()
    named = re.search(r"outputs = \{(.*?)\n        \}", source, re.DOTALL)
    assert named
    alone = re.findall(r'set_output\("([a-z-]+)"', "".join(p.read_text() for p in (ROOT / "bot/action").glob("*.py")))
    assert set(re.findall(r'^\s*"([a-z-]+)":', named[1], re.MULTILINE)) | set(alone) == set(ACTION["outputs"])


def test_the_documentation_lists_every_input_and_output() -> None:
    page = (ROOT / "docs/set-up.md").read_text()
    listed = set(re.findall(r"^\| `([a-z-]+)` \|", page, re.MULTILINE))
    assert listed == set(ACTION["inputs"]) | set(ACTION["outputs"])


def test_the_image_is_built_from_the_tree_or_pinned() -> None:
    assert ACTION["runs"]["using"] == "docker"
    assert re.fullmatch(r"Dockerfile|docker://ghcr\.io/[\w./-]+@sha256:[0-9a-f]{64}", ACTION["runs"]["image"])


def test_the_entry_point_is_absolute_and_nobody_else_is_named() -> None:
    lines = (ROOT / "Dockerfile").read_text().splitlines()
    (entry,) = [line for line in lines if line.startswith("ENTRYPOINT")]
    assert re.fullmatch(r'ENTRYPOINT \["/[\w./-]+/migration-bot", "action"\]', entry)
    assert not [line for line in lines if line.startswith(("USER", "WORKDIR"))]
    assert not [line for line in lines if "--mount" in line]


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_examples_use_inputs_that_there_are_and_say_what_they_may(path: Path) -> None:
    workflow = yaml.safe_load(path.read_text())
    assert workflow["permissions"] or all(job["permissions"] for job in workflow["jobs"].values())
    steps = [step for job in workflow["jobs"].values() for step in job["steps"]]
    ours = [step for step in steps if step["uses"].startswith("OWNER/alembic-migration-bot@")]
    assert ours
    for step in ours:
        assert set(step.get("with", {})) <= set(ACTION["inputs"])


def test_only_the_job_of_commands_may_write_contents() -> None:
    jobs = yaml.safe_load((ROOT / "examples/commands.yml").read_text())["jobs"]
    assert {name: job["permissions"]["contents"] for name, job in jobs.items()} == {"check": "read", "command": "write"}


def test_the_pair_for_forks_fits_together() -> None:
    check, publish = (
        yaml.safe_load((ROOT / f"examples/forks-{name}.yml").read_text()) for name in ("check", "publish")
    )
    # YAML 1.1 reads the key `on` as a truth value.
    assert publish[True]["workflow_run"]["workflows"] == [check["name"]]
    assert set(check["permissions"].values()) == {"read"}
    steps = [step for job in publish["jobs"].values() for step in job["steps"]]
    assert not [step for step in steps if "checkout" in step["uses"]]
    upload = next(s for s in check["jobs"]["check"]["steps"] if "upload-artifact" in s["uses"])
    download = next(step for step in steps if "download-artifact" in step["uses"])
    assert upload["with"]["name"] == download["with"]["name"] == download["with"]["path"]
