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
    (r"^\s*REINDEX\b", "REINDEX … CONCURRENTLY, in an autocommit_block, lets writers go on."),
    (r"^\s*(CLUSTER|VACUUM)\b", "Leave it to an hour without users, or to a tool such as pg_repack."),
)
_SCANS = (
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
        "Add a CHECK with the bounds of the partition NOT VALID and VALIDATE it before: then nothing is read.",
    ),
    (
        r"\bTYPE\b",
        "A CHECK or a foreign key names the column: drop it before, and add it NOT VALID and VALIDATE it afterwards.",
    ),
)
# For a file of the bot's, which it would write otherwise if it was asked to.
SAFER = "`/migration safer` (`--safer`) has it written in steps that let them go on."
_HAS_SAFER_FORM = re.compile(
    r"\bSET\s+NOT\s+NULL\b|\bADD\s+CONSTRAINT\b.*\b(UNIQUE|CHECK|FOREIGN\s+KEY)\b", re.IGNORECASE | re.DOTALL
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


def _first(known: tuple[tuple[str, str], ...], sql: str) -> str:
    return next((advice for words, advice in known if re.search(words, sql, re.IGNORECASE | re.DOTALL)), "")
