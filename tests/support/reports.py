"""Reports for tests, as short as each needs them."""

from typing import Any

from bot.decisions import decision
from bot.model import (
    MIGRATION_MISSING,
    Decision,
    Deploy,
    DeployLock,
    Difference,
    Failure,
    Finding,
    Heads,
    Lock,
    Migration,
    Project,
    Report,
    RoundTrip,
    Rows,
    Statement,
    Status,
    Step,
    StepError,
    TableUse,
    UseFailure,
    Versions,
    Where,
    worst,
)
from bot.schema.describe import ColumnCells, Section, TableView

# A table before and after.
_PKEY = Section(heading="Indexes", entries=('"job_pkey" PRIMARY KEY (id)',))
ID = ColumnCells("id", "integer", nullable="not null")
LABEL = ColumnCells("label", "text", default="'a | b'")
STARTED = ColumnCells("started_at", "timestamp without time zone", description="when it ran")
BEFORE = TableView(kind="Table", columns=(ID, LABEL), sections=(_PKEY,))
AFTER = TableView(kind="Table", columns=(ID, LABEL, STARTED), sections=(_PKEY,))

SOURCE = '''"""Job times."""

from alembic import op
import sqlalchemy as sa

revision = "4801b98f6408"
down_revision = "ad93dae04483"


def upgrade():
    op.add_column("job", sa.Column("started_at", sa.DateTime()), schema="__reana")


def downgrade():
    op.drop_column("job", "started_at", schema="__reana")
'''

ADDED = Difference(
    kind="column", schema="__reana", parent="job", name="started_at", action="added", after={"type": "timestamp"}
)


def migration(**changes: Any) -> Migration:
    sql = "ALTER TABLE __reana.job ADD COLUMN started_at TIMESTAMP"
    lock = Lock(table="__reana.job", mode="AccessExclusiveLock")
    made: dict[str, Any] = {
        "path": "migrations/versions/4801b98f6408_job_times.py",
        "revision": "4801b98f6408",
        "down_revision": "ad93dae04483",
        "origin": "generated",
        "source": SOURCE,
        "statements": [Statement(direction="upgrade", sql=sql, line=10, seconds=0.001, locks=[lock])],
    }
    return Migration(**{**made, **changes})


def round_trip(**changes: Any) -> RoundTrip:
    names = ("upgrade", "downgrade", "upgrade again", "autogenerate again")
    steps = [Step(name=name, ok=True, seconds=0.02) for name in names]  # type: ignore[arg-type]
    return RoundTrip(**{"steps": steps, "rows": Rows(tables=1, inserted=7), **changes})


def project(status: Status = "proven", **changes: Any) -> Project:
    made: dict[str, Any] = {
        "config": "alembic.ini",
        "status": status,
        "versions": Versions(python="3.11.7", alembic="1.20.1", sqlalchemy="2.0.44", server="PostgreSQL 17.2"),
        "heads": Heads(base=["ad93dae04483"], head=["4801b98f6408"]),
        "migrations": [migration()],
        "declared": [ADDED],
        "round_trip": round_trip(),
    }
    return Project(**{**made, **changes})


def report(*projects: Project) -> Report:
    return Report(
        status=worst([one.status for one in projects]),
        base="a" * 40,
        head="b" * 40,
        seconds={"total": 1.23},
        projects=list(projects),
    )


def open_question() -> Project:
    question = "What do existing rows get in `author.country`, which must not be NULL?"
    return project("warning", decisions=[decision("fill", "author.country", question, "open")], deploy=deploy())


def two_questions() -> Project:
    """Two constraints that rows may violate, and much to say of locks."""
    asked = [
        decision("using", "book.isbn", "Rows of `book` may have the same value: what becomes of them?", "open"),
        decision("using", "order.quantity", "Rows of `order` may violate the check: what becomes of them?", "open"),
    ]
    advice = {"rows-read-under-lock": "`/migration safer` writes it in steps."}
    titles = {
        "data-dropped": "The values of column order.note go for good",
        "several-tables-locked": "One transaction keeps everybody out of book and order",
        "rows-read-under-lock": "The upgrade reads all rows of book and keeps readers and writers out meanwhile",
        "work-under-lock": "While rows are read, all access to book is blocked",
    }
    found = [
        Finding(code=code, severity="notice", title=title, detail="", advice=advice.get(code, "Do it by night."))
        for code, title in titles.items()
    ]
    noon = "no, if the table is big: readers and writers of book and order wait while their rows are read"
    deployed = Deploy(noon=noon, order="code first")
    return project("warning", decisions=asked, findings=found, deploy=deployed)


def failed() -> Project:
    error = StepError(type="ProgrammingError", message='relation "x" does not exist\nLINE 1', log_tail="Traceback …")
    steps = [Step(name="upgrade", ok=False, seconds=0.01, error=error)]
    finding = Finding(
        code="incomplete",
        severity="error",
        title="The migration does not lead to what the models declare",
        detail="After the upgrade: column __reana.job.started_at is missing.",
        advice="Change the migration by hand, or the models.",
        where=Where(path="models.py", line=3),
    )
    return project("failed", round_trip=round_trip(steps=steps), findings=[finding], residual=[ADDED])


def deploy() -> Deploy:
    """As it is of a column that comes."""
    lock = DeployLock(table="job", mode="AccessExclusiveLock", keeps_out="readers and writers", line=10)
    missing = UseFailure(action="read", column="", message="ProgrammingError: column job.started_at does not exist")
    return Deploy(
        noon="yes, if it gets its locks at once: readers and writers of job wait for as long as the transaction takes;"
        " it reads no rows of theirs",
        locks=[lock],
        order="database first",
        new_code=[TableUse(table="job", verdict="breaks", tried=9, failures=[missing])],
    )


def to_add() -> Project:
    """All is well, and the file is not in the change yet."""
    missing = Finding(
        code=MIGRATION_MISSING, severity="notice", title="The migration is not in the change yet", detail=""
    )
    return project(findings=[missing], deploy=deploy())


def mended() -> Project:
    """The author's own migration lacks a column, and a line would bring it."""
    lines = (
        "--- migrations/versions/4801b98f6408_job_times.py\n+++ migrations/versions/4801b98f6408_job_times.py\n"
        "@@ -10,1 +10,2 @@\n def upgrade():\n"
        '+    op.add_column("job", sa.Column("started_at", sa.DateTime()), schema="__reana")\n'
        '     op.add_column("job", sa.Column("finished_at", sa.DateTime()), schema="__reana")\n'
    )
    found = Finding(
        code="incomplete",
        severity="error",
        title="The pull request's migrations do not lead to what the models declare",
        detail="After the upgrade: column __reana.job.started_at is missing.",
    )
    advice = Finding(
        code="mended",
        severity="notice",
        title="The pull request's migration would be right with these lines",
        detail=lines,
    )
    own = [migration(origin="pull_request")]
    return project("failed", migrations=own, findings=[found, advice], residual=[ADDED], deploy=deploy())


def takes_values() -> Project:
    """A column that goes takes its values along."""
    gone = Difference(
        kind="column", schema="__reana", parent="job", name="note", action="removed", before={"type": "text"}
    )
    found = [
        Finding(
            code="downgrade-missing",
            severity="warning",
            title="Revision 4801b98f6408 has no downgrade",
            detail="The downgrade was not tested, so only the upgrade is proven.",
            advice="Write the downgrade if the change may have to be reverted.",
            where=Where(path="migrations/versions/4801b98f6408_job_times.py"),
        ),
        Finding(
            code="data-dropped",
            severity="notice",
            title="The values of column __reana.job.note go for good",
            detail="Dropped with its values: column __reana.job.note.",
        ),
    ]
    own = [migration(origin="pull_request")]
    return project("warning", migrations=own, declared=[gone], findings=found, deploy=deploy())


def behind() -> Project:
    """Base has got a revision that follows the same one."""
    found = Finding(
        code="several-heads",
        severity="error",
        title="The change leads to 2 heads",
        detail=(
            "`alembic upgrade head` refuses to run when there are several heads: 4801b98f6408, 77c0de77c0de. Revision"
            " 4801b98f6408 continues from ad93dae04483, but base has moved on to 77c0de77c0de."
        ),
        advice=(
            "Point `down_revision` of the new migration at base's head (`/migration rebase`), or add a merge"
            " revision (`alembic merge 4801b98f6408 77c0de77c0de`)."
        ),
        where=Where(path="migrations/versions/4801b98f6408_job_times.py"),
    )
    return project("failed", migrations=[migration(origin="pull_request")], findings=[found], round_trip=RoundTrip())


def without_verdict() -> Project:
    failure = Failure(
        kind="install", message="sqlalchemyy cannot be installed", advice="Check its name.", log_tail="not found"
    )
    return Project(config="alembic.ini", status="error", error=failure)


def hostile(text: str) -> Report:
    """The same text in every place that the project's code can write to."""
    difference = Difference(
        kind="column", schema=text, parent=text, name=text, action="changed", before={text: text}, after={text: text}
    )
    asked = Decision(kind="using", subject=text, answer=text, decided="assumed", question=text, how=text)
    finding = Finding(
        code=text, severity="warning", title=text, detail=text, advice=text, where=Where(path=text, line=1)
    )
    broken = Step(
        name="upgrade",
        ok=False,
        seconds=0.1,
        differences=[difference],
        error=StepError(type=text, message=text or "x", log_tail=text),
    )
    statement = Statement(direction="upgrade", sql=text, locks=[Lock(table=text, mode=text)], rewrites=[text])
    one = project(
        "warning",
        config=text,
        versions=Versions(python=text, alembic=text, sqlalchemy=text, server=text),
        heads=Heads(base=[text], head=[text]),
        migrations=[migration(path=text, revision=text, down_revision=text, source=text, statements=[statement])],
        declared=[difference],
        drift=[difference],
        residual=[difference],
        decisions=[asked],
        round_trip=round_trip(steps=[broken]),
        findings=[finding],
        error=Failure(kind=text, message=text or "x", advice=text, log_tail=text),
    )
    return report(one, one)
