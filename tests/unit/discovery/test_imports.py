"""Which files an env.py imports, where the folder that Python is started from is a package itself."""

from pathlib import Path

import pytest

from bot.discovery.environments import discover, usual
from bot.discovery.imports import Modules, reach
from tests.support.folders import write

FILES = {
    "src/__init__.py": "",
    "src/alembic.ini": "[alembic]\nscript_location = migrations\n",
    "src/migrations/env.py": "from app.core.database import Base\n",
    "src/app/__init__.py": "",
    "src/app/core/__init__.py": "",
    "src/app/core/database.py": "from app.models import Base\n",
    "src/app/models.py": "",
    "src/migrations/versions/a1_first.py": "from shared.types import Money\n",
    "src/shared/types.py": "",
}


def test_modules_beside_the_configuration_are_found_in_a_package(tmp_path: Path) -> None:
    """Nothing but env.py was found, and that was taken for all: no model of the project seemed to matter."""
    checkout = write(tmp_path, FILES)
    [config] = usual(discover(checkout))
    found = reach(checkout, Modules.of(checkout), config)
    assert {"src/app/core/database.py", "src/app/models.py", "src/shared/types.py"} <= found.files


@pytest.mark.parametrize("module", ["shop/shop.py", "shop/shop/__init__.py"])
def test_a_module_in_a_folder_of_its_own_name_is_found(tmp_path: Path, module: str) -> None:
    """The folder was taken for the package, and had none of it."""
    files = {
        "alembic.ini": "[alembic]\nscript_location = migrations\n",
        "migrations/env.py": "import shop\n",
        module: "",
    }
    checkout = write(tmp_path, files)
    [config] = usual(discover(checkout))
    assert module in reach(checkout, Modules.of(checkout), config).files
