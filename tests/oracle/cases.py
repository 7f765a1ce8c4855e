"""Cases: a folder with `case.toml`, `old/models.py` and `new/models.py` each. In: folders. Out: `Case`.

`case.toml` says what the change is (`title`, `kind`), what the synthetic rows look like (`rows`, `seed`), what an
administrator provides (`prereq`), what the author meant (`expect`) and what must be true afterwards (`check`).
`[answers]` (lists `rename`, `fill`, `using`) are the author's decisions, given to the bot as options;
`[expect] asks` lists the subjects of the questions that the bot must ask; `needs` names modules of third parties;
`always` is true for the part of the cases that every run of the tests tries.
"""

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal


@dataclass(frozen=True)
class ExpectedData:
    """What the author meant: where the old rows' values are to be found in the new schema.

    `converted`: columns whose values take another form; `filled`: those in which NULL may become a value.
    """

    tables: dict[str, str]
    columns: dict[str, str]
    values: dict[str, dict[str, str]]
    converted: frozenset[str]
    filled: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Check:
    """SQL whose first value, as text, must be `want` when the schema is `when`; rolled back."""

    sql: str
    want: str
    when: Literal["upgraded", "downgraded"] = "upgraded"


@dataclass(frozen=True)
class Case:
    """One change of models.

    `rows`: `auto` (the third row has NULLs), `filled` (no NULLs), `none`, or `hard`: `auto` and two more where
    constraints let them in, the first one's twin and one of values at the edges of types; `crowd`: rows by chance
    (`crowd.py`), which are compared one by one.
    """

    path: Path
    title: str
    kind: str
    rows: str
    prereq: tuple[str, ...]
    seed: dict[str, list[Any]]
    meant: ExpectedData
    empty: bool
    decision: str
    asks: tuple[str, ...]
    needs: tuple[str, ...]
    answers: dict[str, list[str]]
    checks: tuple[Check, ...]
    always: bool = False

    @property
    def name(self) -> str:
        return self.path.name

    @property
    def options(self) -> list[str]:
        """What the bot is told besides the models."""
        given = [word for sql in self.prereq for word in ("--setup", sql)]
        return given + [word for name, answers in self.answers.items() for a in answers for word in (f"--{name}", a)]


def load(path: Path) -> Case:
    """Read one case's folder. Raises `KeyError` or `TypeError` when `case.toml` is not as it should be."""
    raw = tomllib.loads((path / "case.toml").read_text(encoding="utf-8"))
    expect = raw.get("expect", {})
    return Case(
        path=path,
        title=raw["title"],
        kind=raw["kind"],
        rows=raw.get("rows", "auto"),
        prereq=tuple(raw.get("prereq", [])),
        seed=raw.get("seed", {}),
        meant=ExpectedData(
            expect.get("renamed_tables", {}),
            expect.get("renamed_columns", {}),
            expect.get("renamed_values", {}),
            frozenset(expect.get("converted", [])),
        ),
        empty=expect.get("empty", False),
        decision=expect.get("decision", ""),
        asks=tuple(expect.get("asks", [])),
        needs=tuple(raw.get("needs", [])),
        answers=raw.get("answers", {}),
        checks=tuple(Check(**check) for check in raw.get("check", [])),
        always=raw.get("always", False),
    )


def find(folders: list[Path], beginnings: list[str]) -> list[Case]:
    """The cases below `folders` in order of their names; only those that begin with one of `beginnings`, if any."""
    paths = sorted((path.parent for folder in folders for path in folder.glob("*/case.toml")), key=lambda p: p.name)
    return [load(p) for p in paths if not beginnings or any(p.name.startswith(word) for word in beginnings)]
