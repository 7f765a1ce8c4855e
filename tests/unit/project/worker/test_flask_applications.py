"""The application that `flask db` would be given, where none has a name that Flask looks for."""

from pathlib import Path

import pytest

from bot.project.worker import flask_app
from tests.support.folders import write

MAKES = "from flask import Flask\ndef create_app():\n    return Flask('shop')\n"
USES = "from core import create_app\nfrom flask.cli import FlaskGroup\napp = create_app()\n"


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"app.py": MAKES, "other.py": MAKES}, ""),  # Flask finds it by itself
        ({"shop/__init__.py": MAKES, "main.py": "import shop\n"}, "shop"),
        (
            {"src/__init__.py": "", "src/core/runner.py": MAKES, "main.py": "import src.core.runner\n"},
            "src.core.runner",
        ),
        ({"src/shop/web/__init__.py": MAKES}, "shop.web"),  # `src` is on the path, and is no package
        ({"a/b/web.py": MAKES, "a/b/use.py": USES}, "a.b.web"),
        ({"a/b/web.py": MAKES, "tests/a/web.py": MAKES, "migrations/versions/a.py": MAKES}, "a.b.web"),
        ({"a/b/web.py": MAKES, "a/c/web.py": MAKES}, ""),  # which one is meant cannot be told
        ({"run.py": USES, "a/b/web.py": MAKES}, "run"),
    ],
)
def test_the_only_module_that_makes_an_application_is_it(tmp_path: Path, files: dict[str, str], expected: str) -> None:
    assert flask_app._find(str(write(tmp_path, files))) == expected
