"""Repositories of any size: so many tables, so many revisions, and a change of one column between two commits.

Tables refer to each other in a chain with branches, and have an index, a unique constraint, an enum and defaults, as
tables of real projects do. The revisions make them one after another; those beyond the tables add columns.
"""

import argparse
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path

_INI = "[alembic]\nscript_location = %(here)s/migrations\nsqlalchemy.url = driver://user:pass@localhost/dbname\n"
_ENV = """from alembic import context
from sqlalchemy import engine_from_config, pool

from models import Base

config = context.config
engine = engine_from_config(config.get_section(config.config_ini_section), poolclass=pool.NullPool)
with engine.connect() as connection:
    context.configure(connection=connection, target_metadata=Base.metadata)
    with context.begin_transaction():
        context.run_migrations()
"""
_TEMPLATE = '''"""${message}"""
from alembic import op
import sqlalchemy as sa
${imports if imports else ""}

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}


def upgrade():
    ${upgrades if upgrades else "pass"}


def downgrade():
    ${downgrades if downgrades else "pass"}
'''
_PER_MODULE = 50  # tables


def write(folder: Path, files: Mapping[str, str]) -> None:
    """A git repository of these files and Alembic's, with one commit."""
    own = {"alembic.ini": _INI, "migrations/env.py": _ENV, "migrations/script.py.mako": _TEMPLATE}
    for name, text in {**own, **files}.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    _git(folder, "init", "--quiet", "--initial-branch=main")
    _commit(folder, "base")


def make(folder: Path, tables: int, revisions: int) -> None:
    """A git repository whose branch `change` adds a column to one table of `main`."""
    added = dict.fromkeys(range(tables), 0)
    for number in range(max(0, revisions - tables)):
        added[number % tables] += 1
    write(folder, dict(_models(tables, added)) | dict(_revisions(tables, revisions)))
    _git(folder, "checkout", "--quiet", "-b", "change")
    module = folder / f"models/part{tables // 2 // _PER_MODULE}.py"
    heading = f'    __tablename__ = "table{tables // 2}"\n'
    module.write_text(module.read_text().replace(heading, f"{heading}    fresh = sa.Column(sa.Text)\n"))
    _commit(folder, "change")


def _parent(number: int) -> int:
    """The table that a table refers to; the first refers to none."""
    return (number - 1) // 3


def _models(tables: int, added: dict[int, int]) -> Iterator[tuple[str, str]]:
    parts = range(0, tables, _PER_MODULE)
    yield "models/base.py", "from sqlalchemy.orm import declarative_base\n\nBase = declarative_base()\n"
    imports = [f"from models import part{part}  # noqa\n" for part in range(len(parts))]
    yield "models/__init__.py", "".join(["from models.base import Base  # noqa\n", *imports])
    for part, first in enumerate(parts):
        classes = [_model(number, added[number]) for number in range(first, min(first + _PER_MODULE, tables))]
        yield f"models/part{part}.py", "import sqlalchemy as sa\n\nfrom models.base import Base\n" + "".join(classes)


def _model(number: int, added: int) -> str:
    more = [f"    extra{each} = sa.Column(sa.String(40))\n" for each in range(added)]
    columns = [f"    {name} = sa.Column({definition})\n" for name, definition in _columns(number, "name")]
    return f'\n\nclass Table{number}(Base):\n    __tablename__ = "table{number}"\n' + "".join([*columns, *more])


def _columns(number: int, unique: str) -> list[tuple[str, str]]:
    """A column's name with its definition; each has the same in models and migrations."""
    found = [
        ("id", "sa.Integer, primary_key=True"),
        (unique, "sa.String(60), nullable=False, unique=True"),
        ("amount", "sa.Numeric(12, 2)"),
        ("active", 'sa.Boolean, nullable=False, server_default=sa.text("true")'),
        ("state", f'sa.Enum("new", "old", "gone", name="state{number}")'),
        ("created", "sa.DateTime, nullable=False, server_default=sa.func.now(), index=True"),
    ]
    if number:
        found.append(("parent_id", f'sa.Integer, sa.ForeignKey("table{_parent(number)}.id")'))
    return found


def _revisions(tables: int, revisions: int) -> Iterator[tuple[str, str]]:
    per_revision = -(-tables // revisions)
    made = 0
    for number in range(revisions):
        body: list[str] = []
        undo: list[str] = []
        for table in range(made, min(made + per_revision, tables)):
            columns = "".join(f'        sa.Column("{name}", {text}),\n' for name, text in _columns(table, "name"))
            body.append(f'    op.create_table(\n        "table{table}",\n{columns}    )\n')
            undo.insert(0, f'    op.drop_table("table{table}")\n    op.execute("DROP TYPE state{table}")\n')
        if not body and number >= tables:
            extra = number - tables
            table, name = extra % tables, f"extra{extra // tables}"
            body.append(f'    op.add_column("table{table}", sa.Column("{name}", sa.String(40)))\n')
            undo.append(f'    op.drop_column("table{table}", "{name}")\n')
        made = min(made + per_revision, tables)
        nothing = ["    pass\n"]
        yield (
            f"migrations/versions/r{number:05}.py",
            _revision(number, "".join(body or nothing), "".join(undo or nothing)),
        )


def _revision(number: int, up: str, down: str) -> str:
    before = repr(f"r{number - 1:05}") if number else "None"
    return (
        f'"""Step {number}."""\nimport sqlalchemy as sa\nfrom alembic import op\n\nrevision = "r{number:05}"\n'
        f"down_revision = {before}\n\n\ndef upgrade():\n{up}\n\ndef downgrade():\n{down}"
    )


def _commit(folder: Path, message: str) -> None:
    _git(folder, "add", "-A")
    _git(folder, "-c", "user.name=B", "-c", "user.email=b@example.org", "commit", "--quiet", "-m", message)


def _git(folder: Path, *words: str) -> None:
    subprocess.run(["git", "-C", str(folder), "-c", "commit.gpgsign=false", *words], check=True)


def main() -> None:
    """Write one such repository."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--tables", type=int, default=10)
    parser.add_argument("--revisions", type=int, default=10)
    options = parser.parse_args()
    options.folder.mkdir(parents=True)
    make(options.folder, options.tables, options.revisions)


if __name__ == "__main__":
    main()
