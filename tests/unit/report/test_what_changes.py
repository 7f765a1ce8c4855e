"""What a change does to the schema, in sentences."""

from typing import Any

import pytest

from bot.decisions import decision
from bot.model import Action, Difference
from bot.report.what_changes import what_changes
from tests.support import reports as samples


def difference(kind: str, name: str, action: Action = "added", parent: str = "job", **sides: Any) -> Difference:
    return Difference(kind=kind, schema="public", parent=parent, name=name, action=action, **sides)


TABLE = difference("table", "tag", parent="")
GONE, FRESH = difference("column", "name", "removed"), difference("column", "title")
TYPES: dict[str, Any] = {
    "before": {"type": "text", "type_name": "text", "not_null": False},
    "after": {"type": "integer", "type_name": "int4", "not_null": True},
}
LABELS: dict[str, Any] = {"before": {"labels": ["a", "b"]}, "after": {"labels": ["b", "c"]}}


@pytest.mark.parametrize(
    ("declared", "said"),
    [
        ([TABLE, difference("column", "id", parent="tag"), FRESH], ["`job` gains `title`", "new table `tag`"]),
        ([GONE, FRESH], ["`job` gains `title`; loses `name`"]),
        (
            [difference("column", "age", "changed", **TYPES)],
            ["`job`: `age` is required and is `integer` instead of `text`"],
        ),
        ([difference("enum", "state", "changed", parent="", **LABELS)], ["enum `state` gains `c` and loses `a`"]),
        ([difference("constraint", "u", after={"type": "u"})], ["`job` gains unique constraint `u`"]),
        (
            [
                difference("constraint", "u", after={"type": "u", "columns": ["a", "b"]}),
                difference("constraint", "v", after={"type": "u", "columns": ["c"]}),
            ],
            ["`job` gains unique constraint `u` (`a`, `b`) and `v` (`c`)"],
        ),
        (
            [difference("constraint", "p", "removed", before={"type": "p", "columns": ["id"]})],
            ["`job` loses primary key `p` (`id`)"],
        ),
        (
            [difference("constraint", "c", after={"type": "c", "columns": ["age"], "expression": "(age > 0)"})],
            ["`job` gains check `c` (`age > 0`)"],
        ),
        (
            [
                difference(
                    "constraint",
                    "f",
                    after={
                        "type": "f",
                        "columns": ["owner_id"],
                        "references_schema": "shop",
                        "references_table": "owner",
                    },
                )
            ],
            ["`job` gains foreign key `f` (`owner_id` → `shop.owner`)"],
        ),
        (
            [difference("index", "i", after={"unique": True, "columns": ["lower(name)"]})],
            ["`job` gains unique index `i` (`lower(name)`)"],
        ),
        (
            [difference("index", "i", after={"columns": list("abcdefgh")})],
            ["`job` gains index `i` (`a`, `b`, `c`, `d`, `e`, `f`, …)"],
        ),
        ([difference("constraint", "x", "removed", before={"type": "?"})], ["`job` loses constraint `x`"]),
        (
            [difference("table", f"t{number}", parent="") for number in range(5)] + [FRESH],
            ["`job` gains `title`", "5 new tables: `t0`, `t1`, `t2`, `t3` and `t4`"],
        ),
        ([difference("table", "job", "removed", "")], ["table `job` goes, with its rows"]),
    ],
)
def test_a_sentence_for_each_table_and_what_is_changed_before_what_is_new(
    declared: list[Difference], said: list[str]
) -> None:
    assert what_changes(samples.project(declared=declared)) == said


def test_a_rename_is_one_whether_somebody_says_so_or_the_migration_makes_it() -> None:
    renamed = decision("rename", "job.name", "?", "command", "title")
    by_answer = samples.project(declared=[GONE, FRESH], decisions=[renamed])
    by_itself = samples.project(declared=[GONE, FRESH], renamed={"job.name": "title"})
    assert what_changes(by_answer) == what_changes(by_itself) == ["`job.name` becomes `title`"]
