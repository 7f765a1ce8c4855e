"""The action's settings: those that the base revision's pyproject.toml holds count, all of them."""

import pytest

from tests.support.action import ActionHarness

SETTINGS = '[project]\nname = "shop"\nversion = "1"\n\n[tool.migration-bot]\nfail-on = "never"\n'


def test_settings_of_base_hold(stage: ActionHarness) -> None:
    stage.write({"pyproject.toml": SETTINGS}, "settings")
    stage.push("main")
    stage.open({"models.py": "this is no python\n"})
    assert stage.pull_request() == 0
    assert stage.hub.checks[0]["conclusion"] == "neutral"


def test_wrong_settings_of_base_are_named(stage: ActionHarness, capfd: pytest.CaptureFixture[str]) -> None:
    stage.write({"pyproject.toml": SETTINGS.replace("fail-on", "fail_on")}, "settings")
    stage.push("main")
    stage.open({"models.py": "this is no python\n"})
    assert stage.pull_request() == 2
    assert "fail_on" in capfd.readouterr().out
