"""Ten statements foretold from a few rows, and measured with many.

`python -m benchmarks.scale --few 100000 --many 1000000` prints for each what was foretold, what it took, and by which
factor that is off the middle.
"""

import argparse
import json
import math
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from benchmarks import sizes

_MODELS = """
import sqlalchemy as sa
from sqlalchemy.orm import declarative_base

Base = declarative_base()

class Account(Base):
    __tablename__ = "account"
    id = sa.Column(sa.Integer, primary_key=True)
    email = sa.Column(sa.String(200), nullable=False, unique=True)
    age = sa.Column(sa.Integer)
    amount = sa.Column(sa.Numeric(10, 2))

class Post(Base):
    __tablename__ = "post"
    id = sa.Column(sa.Integer, primary_key=True)
    account_id = sa.Column(sa.Integer)
    title = sa.Column(sa.String(50))
    body = sa.Column(sa.Text)
    rank = sa.Column(sa.Integer)
"""
# What the statements lead to.
_CHANGED = {
    "sa.Numeric(10, 2))": "sa.Numeric(14, 4))\n    luck = sa.Column(sa.Float, server_default=sa.text('random()'))\n"
    "    number = sa.Column(sa.BigInteger, sa.Identity(always=True))\n"
    "    __table_args__ = (sa.CheckConstraint('age >= 0', name='positive'),)",
    "account_id = sa.Column(sa.Integer)": "account_id = sa.Column(sa.ForeignKey('account.id', name='post_account'))",
    "title = sa.Column(sa.String(50))": "title = sa.Column(sa.String(50), nullable=False)",
    "rank = sa.Column(sa.Integer)": "rank = sa.Column(sa.Integer)\n    __table_args__ = (\n"
    "        sa.Index('post_title', 'title'), sa.Index('post_both', 'account_id', 'title'),\n"
    "        sa.UniqueConstraint('account_id', 'body', name='once'),\n    )",
}
_FIRST = """
revision = "a1"
down_revision = None
from alembic import op
import sqlalchemy as sa

def upgrade():
    op.create_table(
        "account",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("email", sa.String(200), nullable=False, unique=True),
        sa.Column("age", sa.Integer),
        sa.Column("amount", sa.Numeric(10, 2)),
    )
    op.create_table(
        "post",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("account_id", sa.Integer),
        sa.Column("title", sa.String(50)),
        sa.Column("body", sa.Text),
        sa.Column("rank", sa.Integer),
    )
"""
STATEMENTS = (
    "CREATE INDEX post_title ON post (title)",
    "CREATE INDEX post_both ON post (account_id, title)",
    "ALTER TABLE post ADD CONSTRAINT post_account FOREIGN KEY (account_id) REFERENCES account",
    "ALTER TABLE account ADD CONSTRAINT positive CHECK (age >= 0)",
    "ALTER TABLE account ALTER amount TYPE numeric(14, 4)",
    "ALTER TABLE post ALTER title SET NOT NULL",
    "UPDATE post SET rank = length(body)",
    "ALTER TABLE post ADD CONSTRAINT once UNIQUE (account_id, body)",
    "ALTER TABLE account ADD COLUMN luck float DEFAULT random()",
    "ALTER TABLE account ADD COLUMN number bigint GENERATED ALWAYS AS IDENTITY",
)
_ANSWERED = ("post.post_account", "post.once", "post.title", "account.positive")
_TABLES = ("account", "post")


def make(folder: Path) -> None:
    """A repository with a migration of ten statements in its working tree."""
    models = _MODELS
    for before, after in _CHANGED.items():
        models = models.replace(before, after)
    lines = "\n".join(f"    op.execute({statement!r})" for statement in STATEMENTS)
    second = f'revision = "b2"\ndown_revision = "a1"\nfrom alembic import op\n\ndef upgrade():\n{lines}\n'
    sizes.write(folder, {"models.py": _MODELS, "migrations/versions/a1_first.py": _FIRST})
    (folder / "models.py").write_text(models)
    (folder / "migrations/versions/b2_second.py").write_text(second)


def times(folder: Path, *options: str) -> dict[str, Any]:
    """What the report says of the statements, by their text."""
    clean = [word for name in _ANSWERED for word in ("--clean", name)]
    command = [
        sys.executable,
        "-m",
        "bot",
        "check",
        "--repo",
        str(folder),
        "--python",
        sys.executable,
        "--format",
        "json",
    ]
    done = subprocess.run([*command, *clean, *options], stdout=subprocess.PIPE, check=False)
    report = json.loads(done.stdout)
    found: dict[str, Any] = report["projects"][0]["deploy"]["times"]
    return {statement["sql"]: statement for statement in found["statements"]}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--few", type=int, default=100_000)
    parser.add_argument("--many", type=int, default=1_000_000)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        make(folder)
        file = folder / "sizes.csv"
        file.write_text("schema,table,rows\n" + "".join(f"public,{table},{asked.many}\n" for table in _TABLES))
        foretold = times(folder, "--scale", str(asked.few), "--sizes", str(file))
        took = times(folder, "--scale", str(asked.many))
    right = 0
    for statement in STATEMENTS:
        low, high = (foretold[statement]["foretold"][end] for end in ("low", "high"))
        seconds = took[statement]["measured"][-1]
        factor = seconds / math.sqrt(low * high)
        right += 0.5 <= factor <= 2
        print(
            f"{low:7.2f} to {high:7.2f} s foretold, {seconds:7.2f} s taken ({factor:4.2f} of the middle)  {statement}"
        )
    print(f"{right} of {len(STATEMENTS)} within a factor of two, {asked.many:,} rows foretold from {asked.few:,}")


if __name__ == "__main__":
    main()
