"""The examples in Python of docs/findings.md: all bad ones are upgrades of one change, all good ones of another.

Each has tables of its own, so that none is in the way of the next.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from textwrap import indent

import pytest

from bot.findings import registry
from tests.support.changes import Change, codes

PAGE = (Path(__file__).parents[3] / "docs/findings.md").read_text()
SECTION = re.compile(r"^### `([\w-]+)`\n(.*?)(?=^##)", re.MULTILINE | re.DOTALL)
MODEL = re.compile(r"^# model: (.+)$", re.MULTILINE)
EXAMPLES = {
    code: tuple(re.findall(r"```python\n(.*?)```", text, re.DOTALL))
    for code, text in SECTION.findall(PAGE + "\n##")
    if "```python" in text
}
IN_SQL = {code for code, text in SECTION.findall(PAGE + "\n##") if "```sql" in text}
# What takes a history, a downgrade, a failure or settings, each a whole check: their tests are the rules' own.
WITHOUT = {
    *("incomplete", "does-not-run", "mended", "safer-form", "safer-form-fails", "migration-missing"),
    *("never-settles", "never-settled", "not-as-declared", "downgrade-missing", "downgrade-irreversible"),
    *("not-restored", "data-dropped", "downgrade-narrower", "downgrade-stopped-by-later-rows"),
    *("downgrade-drops-later-rows", "stopped-by-rows", "data-lost", "rows-changed", "values-changed", "not-tried"),
    *("proven-without-rows", "tables-without-rows", "lookup-met-no-row", "writes-broken", "edited-revision"),
    *("removed-revision", "several-heads", "fresh-install-stops", "fresh-install-differs", "version-table-changed"),
    *("environment-removed", "model-not-imported", "models-not-imported", "table-left-out", "new-table-left-out"),
    *(
        "baseline-models",
        "older-drift",
        "note",
        "squawk",
        "ignored-in-vain",
        "column-without-values",
        "undeclared-changed",
        "tables-made-for-rows",
        "renamed-to-the-contrary",
    ),
}

TABLES = """
CREATE TABLE customer (id serial PRIMARY KEY, name varchar(20));
CREATE TABLE purchase (id serial PRIMARY KEY, customer_id int REFERENCES customer (id), amount int, note varchar(20));
CREATE FUNCTION trimmed() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NEW.note := trim(NEW.note); RETURN NEW; END';
CREATE TRIGGER trims BEFORE UPDATE ON purchase FOR EACH ROW EXECUTE FUNCTION trimmed();
ALTER TABLE purchase ENABLE ROW LEVEL SECURITY;
CREATE POLICY visible ON purchase USING (amount > 0);
CREATE MATERIALIZED VIEW turnover AS SELECT sum(amount) AS amount FROM purchase;
"""
MODELS = """
class Customer(Base):
    __tablename__ = "customer"
    id = Column(Integer, primary_key=True)
    name = Column(String(20))

class Purchase(Base):
    __tablename__ = "purchase"
    id = Column(Integer, primary_key=True)
    customer_id = Column(ForeignKey("customer.id"))
    amount = Column(Integer)
    note = Column(String(20))
"""
NAMES = re.compile(r"\b(customer|purchase|turnover|trimmed|scratch|Customer|Purchase)\b(?!_)")


def own(text: str, number: int) -> str:
    """With names of the example's own."""
    return NAMES.sub(rf"\1_{number}", text)


def migration(revision: str, after: str, upgrade: str, downgrade: str = "pass") -> dict[str, str]:
    head = f'revision = "{revision}"\ndown_revision = {after}\nfrom alembic import op\nimport sqlalchemy as sa\n'
    bodies = f"def upgrade():\n{indent(upgrade, '    ')}\n\ndef downgrade():\n    {downgrade}\n"
    return {f"migrations/versions/{revision}.py": f"{head}\n{bodies}"}


def change_of(examples: list[str]) -> Iterator[tuple[str, dict[str, str]]]:
    """Each example's models and migration, one after the other."""
    for number, example in enumerate(examples):
        columns = MODEL.findall(example)
        gone = "; ".join(f'op.drop_column("purchase", "{column.split()[0]}")' for column in columns) or "pass"
        models = MODELS + "".join(f"    {column}\n" for column in columns)
        after = f'"b{number - 1}"' if number else '"a1"'
        yield own(models, number), migration(f"b{number}", after, own(example, number), own(gone, number))


@pytest.mark.parametrize("which", ["bad", "good"])
def test_the_examples_of_the_page(change: Change, which: str) -> None:
    count = len(EXAMPLES)
    tables = "".join(own(TABLES, number) for number in range(count))
    change.base(
        "".join(own(MODELS, number) for number in range(count)),
        migration("a1", "None", f'op.execute(sa.text(r"""{tables}"""))'),
    )
    made = list(change_of([example[which == "good"] for example in EXAMPLES.values()]))
    files = {path: text for _, each in made for path, text in each.items()}
    project = change.check("".join(models for models, _ in made), files)
    assert project.error is None
    assert [found.detail for found in project.findings if found.code == "stopped-by-rows"] == []
    assert codes(project) & {*EXAMPLES} == ({*EXAMPLES} if which == "bad" else set())


def test_every_finding_has_a_bad_and_a_good_example_or_a_reason_for_none() -> None:
    assert all(len(example) == 2 for example in EXAMPLES.values())
    assert {*EXAMPLES} | IN_SQL | WITHOUT == {*registry.descriptions()}
    assert not WITHOUT & ({*EXAMPLES} | IN_SQL)
