"""A module that is found only where the project's own scripts set a search path."""

from pathlib import Path

import pytest

from bot.discovery.environments import discover, usual
from bot.discovery.module_folders import folder_of
from tests.support.folders import write

FILES = {
    "app/alembic.ini": "[alembic]\nscript_location = migrations\n",
    "app/migrations/env.py": "import models\n",
    "app/server/models/__init__.py": "",
    "app/server/models/user.py": "",
    "app/server/settings.py": "",
}


@pytest.mark.parametrize(
    ("more", "module", "expected"),
    [
        ({}, "models", "app/server"),
        ({}, "settings", "app/server"),
        ({}, "user", None),  # a part of a package
        ({}, "models.group", None),
        ({}, "rpm", None),
        ({"other/models.py": ""}, "models", "app/server"),  # the nearest one
        ({"app/worker/models.py": ""}, "models", None),  # as near
        ({"app/tests/settings.py": ""}, "settings", "app/server"),
        ({"packaging/rpm/build.py": ""}, "rpm", None),  # called so by chance
        ({"shared.py": ""}, "shared", ""),
    ],
)
def test_where_a_module_is(tmp_path: Path, more: dict[str, str], module: str, expected: str | None) -> None:
    checkout = write(tmp_path, {**FILES, **more})
    [config] = usual(discover(checkout))
    assert folder_of(checkout, config, module) == expected
