"""Models that `env.py` does not import any more: autogenerate takes their tables for dropped."""

from collections.abc import Iterator

from bot.findings.facts import Facts
from bot.findings.phrases import counted, listed, named
from bot.model import Finding
from bot.sqltext.names import dotted

CODE = "models-not-imported"
CODES = {CODE: "Many tables are no longer declared: env.py may not import their models any more"}


def check(facts: Facts) -> Iterator[Finding]:
    renamed = {d.subject for d in facts.project.decisions if d.kind == "rename" and d.answer}
    dropped = [
        d
        for d in facts.project.declared
        if d.kind == "table" and d.action == "removed" and dotted(d.schema, d.name) not in renamed
    ]
    if facts.head_tables == 0 and facts.base_tables:
        yield Finding(
            code=CODE,
            severity="error",
            title="env.py declares no tables at all",
            detail=f"Base declares {counted(facts.base_tables, 'table')}, the change none: all would be dropped.",
            advice="Import the modules with the models in env.py before target_metadata is handed over.",
        )
    elif len(dropped) >= 3 and len(dropped) * 2 >= facts.base_tables:
        yield Finding(
            code=CODE,
            severity="warning",
            title=f"{len(dropped)} of {facts.base_tables} tables are no longer declared",
            detail=f"Gone: {listed([named(d) for d in dropped])}.",
            advice="If this is not meant, import the modules with these models in env.py.",
        )
