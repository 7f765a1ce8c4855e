"""Changed files whose tables env.py does not hand over."""

from pathlib import Path

from bot.discovery.undeclared_models import UndeclaredModel, undeclared_models
from tests.support.folders import write

_OLD = "class Old(Base):\n    __tablename__ = 'old'\n"
_NEW = "class New(Base):\n    __tablename__ = 'new'\n"


def test_tables_that_are_not_known_with_the_import_that_brings_them(tmp_path: Path) -> None:
    base, head = tmp_path / "base", tmp_path / "head"
    write(base, {"src/app/__init__.py": "", "src/app/billing.py": _OLD})
    write(head, {"src/app/__init__.py": "", "src/app/billing.py": _OLD + _NEW})
    paths = ["src/app/billing.py", "gone.py"]
    assert list(undeclared_models(base, head, paths, {"user"}, set())) == [
        UndeclaredModel("old", "src/app/billing.py", 1, "app.billing", is_needed=False),
        UndeclaredModel("new", "src/app/billing.py", 3, "app.billing", is_needed=True),
    ]
    (old,) = undeclared_models(base, head, paths, {"new"}, {"old"})
    assert old.is_needed
    assert not list(undeclared_models(base, head, paths, {"old", "new"}, set()))
