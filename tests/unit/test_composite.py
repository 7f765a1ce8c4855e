"""The action without a container: the same inputs and outputs, and each input reaches the bot."""

import re
import subprocess
from pathlib import Path
from typing import Any

import yaml  # type: ignore[import-untyped]

from bot.action.runner import inputs

ROOT = Path(__file__).parents[2]
ACTION: dict[str, Any] = yaml.safe_load((ROOT / "action.yml").read_text())
COMPOSITE: dict[str, Any] = yaml.safe_load((ROOT / "composite/action.yml").read_text())
STEP, LAST = COMPOSITE["runs"]["steps"][-2:]


def test_it_has_the_same_inputs_and_outputs() -> None:
    assert COMPOSITE["inputs"] == ACTION["inputs"]
    outputs = {name: facts["description"] for name, facts in COMPOSITE["outputs"].items()}
    assert outputs == {name: facts["description"] for name, facts in ACTION["outputs"].items()}
    values = {name: facts["value"] for name, facts in COMPOSITE["outputs"].items()}
    assert values == {name: f"${{{{ steps.{STEP['id']}.outputs.{name} }}}}" for name in outputs}


def test_each_input_reaches_the_bot_under_its_name() -> None:
    given = {variable: value.removeprefix("${{ inputs.").removesuffix(" }}") for variable, value in STEP["env"].items()}
    assert inputs(given) == {name: name for name in ACTION["inputs"]}


def test_the_last_step_knows_what_the_action_itself_would_know_after_a_run() -> None:
    saved = "".join(path.read_text() for path in (ROOT / "bot/action").glob("*.py"))
    names = set(re.findall(r'save_state\("([a-z]+)"', saved))
    expected = {f"STATE_{name}": f"${{{{ steps.{STEP['id']}.outputs.{name} }}}}" for name in names}
    assert expected == {name: value for name, value in LAST["env"].items() if name.startswith("STATE_")}
    assert {name: value for name, value in LAST["env"].items() if name not in expected}.items() <= STEP["env"].items()


def test_no_input_is_a_part_of_a_command() -> None:
    assert all("${{" not in step["run"] for step in COMPOSITE["runs"]["steps"])


def test_a_machine_without_a_python_for_it_is_told(tmp_path: Path) -> None:
    # A bash that finds no Python at all, not even by its full path.
    script = (ROOT / "composite/install.sh").read_text().replace("/usr/bin/python3", "/nowhere/python3")
    (tmp_path / "install.sh").write_text(script)
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "dirname").symlink_to("/usr/bin/dirname")
    words = ["/bin/bash", str(tmp_path / "install.sh"), str(tmp_path / "made")]
    done = subprocess.run(words, env={"PATH": str(tmp_path / "bin")}, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr.startswith("::error title=Migration bot::the bot needs Python 3.11 or newer")
