"""How to rewrite a statement that blocks users of a table: chosen by its text, for an effect that was measured.

The measurement decides whether there is a finding; the text only selects the advice.
"""

import re

_SECOND = "in a transaction of its own"

_REWRITES = (
    (
        r"\bADD\b.*\b(SERIAL|BIGSERIAL|SMALLSERIAL|IDENTITY)\b",
        "Add a nullable column, give it DEFAULT nextval(…) afterwards, fill the rows in batches, require it last.",
    ),
    (
        r"\bADD\b.*\bGENERATED\b",
        "Add a plain column, fill it in batches and keep it up to date with a trigger.",
    ),
    (
        r"\bADD\b.*\bDEFAULT\b",
        "Add the column without its default, set the default in a second statement (it holds for new rows), and fill"
        " the rows that are there in batches: only a default that is the same for all rows is free.",
    ),
    (
        r"\bADD\b",
        "Use the type below the domain, and a CHECK that is added NOT VALID and validated afterwards.",
    ),
    (
        r"\bTYPE\b",
        "Add a column of the new type, keep it up to date with a trigger, fill it in batches, then swap the names:"
        " these are two releases.",
    ),
    (
        r"^\s*REFRESH\b",
        "REFRESH MATERIALIZED VIEW CONCURRENTLY lets readers go on; the view needs a unique index for it.",
    ),
    (
        r"\bSET\s+((UN)?LOGGED|ACCESS\s+METHOD|TABLESPACE)\b",
        "There is no form that lets users go on: choose an hour without them, or a table that is still small.",
    ),
    (r"^\s*(CLUSTER|VACUUM)\b", "Leave it to an hour without users, or to a tool such as pg_repack."),
)
_SCANS = (
    (
        r"\bPRIMARY\s+KEY\s+USING\s+INDEX\b",
        "The column may still be NULL, so that all rows are read. Require it first: CHECK (column IS NOT NULL) NOT"
        " VALID, VALIDATE it " + _SECOND + ", SET NOT NULL; then the index is all that is needed.",
    ),
    (
        r"\bPARTITION\s+OF\b",
        "The default partition is read, in case that rows of it belong to the new one. Validate a CHECK before that it"
        " has none; and ATTACH a table that you have created by itself, which lets readers and writers of the other"
        " partitions go on.",
    ),
    (
        r"\bSET\s+NOT\s+NULL\b",
        "Add CHECK (column IS NOT NULL) NOT VALID, VALIDATE it " + _SECOND + ", then SET NOT NULL, which trusts the"
        " check and reads nothing, and drop the check.",
    ),
    (
        r"\bADD\b.*\b(UNIQUE|PRIMARY\s+KEY)\b",
        "CREATE UNIQUE INDEX CONCURRENTLY in an autocommit_block, then ADD CONSTRAINT … USING INDEX (for a primary key,"
        " make the column required first).",
    ),
    (
        r"\bVALIDATE\s+CONSTRAINT\b",
        "VALIDATE CONSTRAINT lets writers go on only "
        + _SECOND
        + ": here an earlier statement's lock is still held. Put"
        " it into a later migration, with `transaction_per_migration`.",
    ),
    (r"\bADD\b.*\bEXCLUDE\b", "There is no form that lets users go on: choose an hour without them."),
    (r"\bADD\s+CONSTRAINT\b|\bADD\s+(FOREIGN|CHECK)\b", "Add it NOT VALID, and VALIDATE CONSTRAINT " + _SECOND + "."),
    (r"\bADD\b", "Add the column first and its constraint NOT VALID; VALIDATE CONSTRAINT " + _SECOND + "."),
    (
        r"\bATTACH\s+PARTITION\b",
        "Add a CHECK NOT VALID and VALIDATE it before: with the bounds on the new partition, and that it has no such"
        " rows on the default partition, if there is one. Then nothing is read.",
    ),
    (
        r"\bTYPE\b",
        "A CHECK or a foreign key names the column: drop it before, and add it NOT VALID and VALIDATE it afterwards.",
    ),
)
# For a file of the bot's, which it would write otherwise if it was asked to.
SAFER = "`/migration safer` (`--safer`) writes it in steps that let them go on."
_HAS_SAFER_FORM = re.compile(
    r"\bSET\s+NOT\s+NULL\b|\bADD\s+CONSTRAINT\b.*\b(UNIQUE|CHECK|FOREIGN\s+KEY)\b", re.IGNORECASE | re.DOTALL
)
_REINDEX = "`REINDEX … CONCURRENTLY` in an `autocommit_block()` lets readers and writers go on."
_INDEX = "Build it CONCURRENTLY (`postgresql_concurrently=True`) in an `autocommit_block()`."
_PARTITIONED_INDEX = (
    "CONCURRENTLY is refused for a partitioned table: create the index ON ONLY that table, build one CONCURRENTLY on"
    " each partition, and attach them with `ALTER INDEX … ATTACH PARTITION`."
)
_REWRITE = "Choose an hour without users, or go by a new column that is filled in batches."
_SCAN = "Do it in two steps, the one that reads rows under a lock that lets writers go on."


def for_rewrite(sql: str) -> str:
    """For a table whose rows are rewritten."""
    return _first(_REWRITES, sql) or _REWRITE


def for_scan(sql: str, *, may_be_safer: bool = False) -> str:
    """For a table whose rows are read."""
    if may_be_safer and _HAS_SAFER_FORM.search(sql):
        return SAFER
    return _first(_SCANS, sql) or _SCAN


def for_index(sql: str, *, partitioned: bool, may_be_safer: bool) -> str:
    """For a table whose writers wait for an index."""
    if re.search(r"\bREINDEX\b", sql, re.IGNORECASE):
        return _REINDEX
    if partitioned:
        return _PARTITIONED_INDEX
    return SAFER if may_be_safer else _INDEX


def _first(known: tuple[tuple[str, str], ...], sql: str) -> str:
    return next((advice for words, advice in known if re.search(words, sql, re.IGNORECASE | re.DOTALL)), "")
