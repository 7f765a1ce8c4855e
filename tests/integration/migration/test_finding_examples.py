"""The examples in Python of docs/findings.md: all bad ones are upgrades of one change, all good ones of another.

Each has tables of its own, so that none is in the way of the next.
"""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from textwrap import indent

import pytest

from bot.findings import registry
from bot.model import Project
from tests.support.changes import Change

PAGE = (Path(__file__).parents[3] / "docs/findings.md").read_text()
SECTION = re.compile(r"^### `([\w-]+)`\n(.*?)(?=^##)", re.MULTILINE | re.DOTALL)
MODEL = re.compile(r"^# model: (?:(Customer|Purchase)\.)?(.+)$", re.MULTILINE)
WITHOUT_COLUMN = re.compile(r"^# model without: (\w+)\.(\w+)$", re.MULTILINE)
EXAMPLES = {
    code: tuple(re.findall(r"```python\n(.*?)```", text, re.DOTALL))
    for code, text in SECTION.findall(PAGE + "\n##")
    if "```python" in text
}
IN_SQL = {code for code, text in SECTION.findall(PAGE + "\n##") if "```sql" in text}
# Each with the reason why no migration on the tables of the page can be an example of it.
_HISTORY = "it is about files of the history, or about two histories, of which a migration is one file"
_ENVIRONMENT = "it is about env.py or what it imports, not about a migration"
_BASE = "it is about what was there before the change, whatever the migration does"
_BOT = "it is about what the bot wrote itself, or offers, not about the author's migration"
_STOPS = "nothing else can be said of a check in which it is found, and its tests have checks for themselves"
_ROWS = "it is about rows that the bot could not make, which a migration on these tables cannot bring about"
WITHOUT = {
    **dict.fromkeys(("edited-revision", "removed-revision", "several-heads", "version-table-changed"), _HISTORY),
    **dict.fromkeys(("merge-conflict",), _HISTORY),
    **dict.fromkeys(("fresh-install-stops", "fresh-install-differs"), _HISTORY),
    **dict.fromkeys(("environment-removed", "model-not-imported", "models-not-imported"), _ENVIRONMENT),
    **dict.fromkeys(("table-left-out", "new-table-left-out", "autogenerate-stops"), _ENVIRONMENT),
    **dict.fromkeys(("base-does-not-build", "baseline-models"), _BASE),
    **dict.fromkeys(("older-drift", "older-drift-repaired", "never-settled"), _BASE),
    **dict.fromkeys(("mended", "safer-form", "safer-form-fails", "does-not-run", "migration-missing"), _BOT),
    **dict.fromkeys(("note", "squawk"), "it is about a tool or an option, not about a migration"),
    **dict.fromkeys(("proven-without-rows",), _STOPS),
    "one-level-only": "no table of these refers to itself",
    "code-not-read": "it takes a file of half a million characters",
    "statements-untold": "it takes thousands of statements, which a page does not hold",
    "partition-beside-default": "no table of these is partitioned",
    "not-observed": "the driver of these checks is one whose cursors are followed",
    "literal-kept": "no column of these tables has a type whose literals nobody reads",
    **dict.fromkeys(("tables-without-rows", "tables-made-for-rows"), _ROWS),
    **dict.fromkeys(
        ("key-taken-for-granted",), "whether the upgrade stops as well depends on the keys of the bot's rows"
    ),
    **dict.fromkeys(("stale-code",), "it is about code that is there beforehand, for which its test has a database"),
}
ALONE = ("stopped-by-rows", "downgrade-stopped-by-later-rows", "upgrade-may-stop", "rows-written-again")

# The tables of the page. An example has those that it names, and whom they refer to: each table costs rows and models.
CUSTOMERS = """
CREATE TABLE customer (id serial PRIMARY KEY, name varchar(20), disabled boolean, mood varchar(9));
GRANT SELECT ON customer TO PUBLIC;
"""
PURCHASES = """
CREATE TABLE purchase (
    id serial PRIMARY KEY, customer_id int REFERENCES customer (id), amount int, note varchar(20), seen pg_snapshot
);
CREATE FUNCTION trimmed() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NEW.note := trim(NEW.note); RETURN NEW; END';
CREATE TRIGGER trims BEFORE UPDATE ON purchase FOR EACH ROW EXECUTE FUNCTION trimmed();
ALTER TABLE purchase ENABLE ROW LEVEL SECURITY;
CREATE POLICY visible ON purchase USING (amount > 0);
CREATE MATERIALIZED VIEW turnover AS SELECT sum(amount) AS amount FROM purchase;
"""
PRICES = "CREATE TABLE price (shop int, item int, amount int, PRIMARY KEY (shop, item));\n"
CUSTOMER = """
class Customer(Base):
    __tablename__ = "customer"
    id = Column(Integer, primary_key=True)
    name = Column(String(20))
    disabled = Column(Boolean)
    mood = Column(sa.Enum("glad", "sad", native_enum=False, length=9))
"""
PURCHASE = """
class Purchase(Base):
    __tablename__ = "purchase"
    id = Column(Integer, primary_key=True)
    customer_id = Column(ForeignKey("customer.id"))
    amount = Column(Integer)
    note = Column(String(20))
"""
PRICE = """
class Price(Base):
    __tablename__ = "price"
    shop = Column(Integer, primary_key=True, autoincrement=False)
    item = Column(Integer, primary_key=True, autoincrement=False)
    amount = Column(Integer)
"""
NAMES = re.compile(r"\b(customer|purchase|price|Price|turnover|trimmed|scratch|Customer|Purchase)\b(?!_)")


def own(text: str, number: int) -> str:
    """With names of the example's own."""
    return NAMES.sub(rf"\1_{number}", text)


def migration(revision: str, after: str, upgrade: str, downgrade: str = "pass") -> dict[str, str]:
    head = f'revision = "{revision}"\ndown_revision = {after}\nfrom alembic import op\nimport sqlalchemy as sa\n'
    bodies = f"def upgrade():\n{indent(upgrade, '    ')}\n\ndef downgrade():\n    {downgrade}\n"
    both = upgrade if "\ndef downgrade" in upgrade else bodies
    return {f"migrations/versions/{revision}.py": f"{head}\n{both}"}


def tables_of(example: str) -> dict[str, tuple[str, str]]:
    """What is there before the change: classes with their SQL and their models."""
    there = {"Customer": (CUSTOMERS, CUSTOMER)}
    unnamed = any(not name for name, _ in MODEL.findall(example))
    if unnamed or re.search("purchase|turnover", example, re.IGNORECASE):
        there["Purchase"] = (PURCHASES, PURCHASE)
    if "price" in example:
        there["Price"] = (PRICES, PRICE)
    return there


def models_of(example: str) -> str:
    """The models after the change: with what they gain, and without what goes."""
    models = {name: model for name, (_, model) in tables_of(example).items()}
    for name, column in WITHOUT_COLUMN.findall(example):
        models[name] = re.sub(rf"    {column} = .*\n", "", models[name])
    for name, line in MODEL.findall(example):
        models[name or "Purchase"] += f"    {line}\n"
    return "".join(models.values())


def change_of(examples: Mapping[int, str]) -> Iterator[tuple[str, dict[str, str]]]:
    """Each example's models and migration, one after the other."""
    after = '"a1"'
    for number, example in examples.items():
        columns = [line.split()[0] for _, line in MODEL.findall(example) if not line.startswith("_")]
        gone = "; ".join(f'op.drop_column("purchase", "{column}")' for column in columns) or "pass"
        yield own(models_of(example), number), migration(f"b{number}", after, own(example, number), own(gone, number))
        after = f'"b{number}"'


def said(project: Project, number: int) -> set[str]:
    """The codes of findings that speak of an example's tables or of its file."""
    about = re.compile(rf"(?<![a-z])(customer|purchase|turnover|trimmed|scratch)_{number}(?!\d)|\bb{number}\b")
    found = set()
    for finding in project.findings:
        place = finding.where.path if finding.where else ""
        if about.search(f"{finding.title} {finding.detail} {place}"):
            found.add(finding.code)
    return found


def way_of(code: str, which: str, example: str) -> str:
    """Those that stop others, or what becomes of their rows, have a check for themselves."""
    if which == "bad" and code in ALONE:
        return code
    return "both" if "\ndef downgrade():\n    op." in example else "up"


CHECKS = [(which, way) for which, ways in (("bad", ("up", "both", *ALONE)), ("good", ("up", "both"))) for way in ways]


@pytest.mark.parametrize(("which", "way"), CHECKS)
def test_the_examples_of_the_page(change: Change, which: str, way: str) -> None:
    """One without a downgrade would keep those of the others from being run."""
    chosen = {number: (code, both[which == "good"]) for number, (code, both) in enumerate(EXAMPLES.items())}
    examples = {number: text for number, (code, text) in chosen.items() if way_of(code, which, text) == way}
    before = [(number, each) for number, text in examples.items() for each in tables_of(text).values()]
    tables = "".join(own(sql, number) for number, (sql, _) in before)
    change.base(
        "".join(own(model, number) for number, (_, model) in before),
        migration("a1", "None", f'op.execute(sa.text(r"""{tables}"""))'),
    )
    made = list(change_of(examples))
    files = {path: text for _, each in made for path, text in each.items()}
    project = change.check("".join(models for models, _ in made), files)
    assert project.error is None
    there = {chosen[number][0] for number in examples if chosen[number][0] in said(project, number)}
    assert there == ({chosen[number][0] for number in examples} if which == "bad" else set())


def test_every_finding_has_a_bad_and_a_good_example_or_a_reason_for_none() -> None:
    assert all(len(example) == 2 for example in EXAMPLES.values())
    assert {*EXAMPLES} | IN_SQL | {*WITHOUT} == {*registry.descriptions()}
    assert not {*WITHOUT} & ({*EXAMPLES} | IN_SQL)
