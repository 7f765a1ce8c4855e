"""What `report.json` holds: frozen data, to and from JSON, validated on the way in.

Version 1 of the report; `docs/report.schema.json` is made of these types. Reports may come from an untrusted job, so
decoding checks every type and refuses unknown fields; nothing here is escaped: whatever renders it does that.
`report` is the whole; its parts are `objects` that differ, `migrations`, the `round_trip` and the `deploy`.
"""

from bot.model.deploy import (
    Compatibility,
    Deploy,
    DeployLock,
    DeployOrder,
    Seconds,
    StatementTime,
    TableSize,
    TableUse,
    Times,
    UseFailure,
    UseVerdict,
)
from bot.model.migrations import DecidedBy, Decision, DecisionKind, Heads, Lock, Migration, Statement
from bot.model.objects import Action, Difference, ObjectKey
from bot.model.record import Number, Record, Rowcount
from bot.model.report import (
    MERGE_CONFLICT,
    MIGRATION_MISSING,
    STATUSES,
    Baseline,
    Failure,
    Finding,
    Preflight,
    Project,
    Report,
    Severity,
    Status,
    Versions,
    Where,
    from_json,
    migration_missing,
    to_json,
    worst,
)
from bot.model.round_trip import LostRows, RoundTrip, Rows, Step, StepError, StepName

__all__ = [
    "MERGE_CONFLICT",
    "MIGRATION_MISSING",
    "STATUSES",
    "Action",
    "Baseline",
    "Compatibility",
    "DecidedBy",
    "Decision",
    "DecisionKind",
    "Deploy",
    "DeployLock",
    "DeployOrder",
    "Difference",
    "Failure",
    "Finding",
    "Heads",
    "Lock",
    "LostRows",
    "Migration",
    "Number",
    "ObjectKey",
    "Preflight",
    "Project",
    "Record",
    "Report",
    "RoundTrip",
    "Rowcount",
    "Rows",
    "Seconds",
    "Severity",
    "Statement",
    "StatementTime",
    "Status",
    "Step",
    "StepError",
    "StepName",
    "TableSize",
    "TableUse",
    "Times",
    "UseFailure",
    "UseVerdict",
    "Versions",
    "Where",
    "from_json",
    "migration_missing",
    "to_json",
    "worst",
]
