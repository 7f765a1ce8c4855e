"""A partition that is made beside a default one: rows of the default one that belong to it stop the upgrade."""

import re
from collections.abc import Iterator

from bot.findings.facts import Facts
from bot.model import Finding
from bot.schema.snapshots import Snapshot
from bot.sqltext.names import dotted

CODE = "partition-beside-default"
CODES = {CODE: "Rows of the default partition may belong to a new one, which stops the upgrade"}


def check(facts: Facts) -> Iterator[Finding]:
    if facts.old is None or facts.migrated is None or not facts.with_rows:
        return
    defaults = {parent: name for name, parent, bound in _partitions(facts.old) if bound == "DEFAULT"}
    sent = " ".join(statement.sql for migration in facts.project.migrations for statement in migration.statements)
    for key, attributes in facts.migrated.of("table").items():
        parent = tuple(attributes.get("partition_of") or ())
        if key in facts.old.objects or parent not in defaults or attributes.get("partition_bound") == "DEFAULT":
            continue
        if re.search(rf"(?<!\w){re.escape(defaults[parent])}(?!\w)", sent):
            continue  # the author has thought of its rows
        name = dotted(key.schema, key.name)
        yield Finding(
            code=CODE,
            severity="warning",
            title=f"Rows of the default partition that belong to {name} stop the upgrade",
            detail="PostgreSQL refuses a partition for rows that lie in the default one, and moves none; it was not "
            "tried with such rows.",
            advice="Move such rows in the migration: DETACH the default partition, insert them anew, ATTACH it again.",
        )


def _partitions(schema: Snapshot) -> Iterator[tuple[str, tuple[str, ...], str]]:
    for key, attributes in schema.of("table").items():
        if attributes.get("partition_of"):
            yield key.name, tuple(attributes["partition_of"]), str(attributes.get("partition_bound"))
