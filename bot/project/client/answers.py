"""What the worker answers, checked for shape: it comes from the project's own process and is not trusted.

In: JSON. Out: frozen data. Paths are relative to the checkout and stay inside it.
"""

from collections.abc import Iterable
from itertools import islice
from pathlib import PurePosixPath
from typing import Annotated, Literal, NamedTuple, TypeVar

import msgspec

from bot.model import Number

Result = TypeVar("Result")


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """Base of all answers; what newer workers might say in addition is dropped."""


class WorkerVersions(Answer, frozen=True):
    python: str
    alembic: str
    sqlalchemy: str
    driver: str | None = None


class Revision(Answer, frozen=True):
    """A migration file; several parents make it a merge, none a root."""

    revision: str
    down_revision: list[str]
    depends_on: list[str]
    branch_labels: list[str]
    path: str
    doc: str
    downgrade: Literal["complete", "missing", "irreversible"]


class ScriptProblem(Answer, frozen=True):
    """Why the chain of migrations cannot be followed."""

    kind: Literal["duplicate", "broken", "cycle"]
    message: str
    paths: list[str]


_LINES, _LONGEST = 50, 500  # of what is for people, a worker says less


def few(lines: Iterable[str]) -> list[str]:
    """The first of these lines, each less what nobody reads."""
    return [line[:_LONGEST] for line in islice(lines, _LINES)]


class Loaded(Answer, frozen=True):
    """The migrations of one side; `history` are the newest lines of `alembic history`."""

    versions: WorkerVersions
    revisions: list[Revision]
    heads: list[str]
    file_template: str
    script_location: str
    version_locations: list[str]
    version_path: str
    problems: list[ScriptProblem] = []
    history: list[str] = []


class WrittenValue(NamedTuple):
    """A value as the driver gets it, less what tells apart spellings of the same."""

    kind: str
    text: str


class ModelColumn(Answer, frozen=True):
    """`default` is SQL for a Python-side default, `callable_name` the function that makes one.

    `writes` is what the models write for members of an enum, or for sample values where the type is the project's own
    (`kind`); empty where values are written as they are. `guarded` says that the server refuses other labels,
    `disguises` that texts come back as they were, although others are written.
    """

    name: str
    default: str | None
    callable_name: str | None
    nullable: bool
    server_default: bool
    type: str
    writes: dict[str, WrittenValue] = {}
    guarded: bool = False
    kind: str = ""
    disguises: bool = False


class ModelTable(Answer, frozen=True):
    """`path` and `line` are where its class is written, if that is known.

    `identities` is what each class of rows writes into `discriminator`.
    """

    schema: str | None
    name: str
    columns: list[ModelColumn]
    path: str | None = None
    line: Number | None = None
    discriminator: str = ""
    identities: dict[str, WrittenValue] = {}


class Models(Answer, frozen=True):
    """What env.py's models declare; `excluded` are (kind, schema, table, name).

    `version_tables` are (schema, name), several with tenants, of which
    `tenants` are the schemas of all but the first; `elsewhere` are tables of other databases of env.py's.
    `comparator_failure` says why the project's own comparators could not add what they know of.
    """

    tables: list[ModelTable]
    version_table: str = "alembic_version"
    version_table_schema: str | None = None
    include_schemas: bool = False
    compare_server_default: bool = False
    naming_convention: bool = False
    metadata_empty: bool = False
    excluded: list[tuple[str, str, str, str]] = []
    concurrently: list[str] = []
    version_tables: list[tuple[str, str]] = []
    tenants: list[str] = []
    elsewhere: list[str] = []
    comparator_failure: str = ""
    dialect: str = "postgresql"
    driver: str = ""

    @staticmethod
    def empty(other: "Models") -> "Models":
        """No tables at all, with the options of `other`."""
        return msgspec.structs.replace(other, tables=[], metadata_empty=True, excluded=[], concurrently=[])


class SeenRelation(NamedTuple):
    """A relation in a session's transaction: lock modes that it holds, the file, and counters that only grow."""

    oid: int
    modes: str
    file: int | None
    scans: int
    read: int
    written: int


class Observation(Answer, frozen=True):
    """What the server said after a statement: what has `changed` since the look before, and which locks were given up.

    `begun` is what there was already where a transaction began. What ended its transaction could not be `observed`;
    after it come the `files` of those relations that are not in their first one.
    """

    session: int
    observed: bool
    lock_timeout: str
    begun: list[SeenRelation] | None
    changed: list[SeenRelation]
    released: list[int]
    files: list[tuple[int, int]] | None = None


# What a worker tells of a run is no more than that; whatever looks at statements may compare each with all others.
MOST_TEXT = 1_000_000  # characters of all statements
MOST_STATEMENTS, LONGEST_STATEMENT, MOST_SETS, MOST_PARAMETERS, LONGEST_PARAMETER = 2_000, 10_000, 12, 20, 200
Parameter = Annotated[str, msgspec.Meta(max_length=LONGEST_PARAMETER)]
Parameters = (
    Annotated[dict[Parameter, Parameter | None], msgspec.Meta(max_length=MOST_PARAMETERS)]
    | Annotated[list[Parameter | None], msgspec.Meta(max_length=MOST_PARAMETERS)]
)


class RanStatement(Answer, frozen=True):
    """A statement with its row count; of one that met no rows some sets of `parameters`, by name or in order."""

    revision: str
    sql: Annotated[str, msgspec.Meta(max_length=LONGEST_STATEMENT)]
    line: Number | None
    seconds: float
    rows: Number | None = None
    observation: Observation | None = None
    parameters: Annotated[list[Parameters], msgspec.Meta(max_length=MOST_SETS)] = []


class Ran(Answer, frozen=True):
    """The revisions that ran, in order, and the statements that they sent; `untold` is how many others that may write
    rows each sent beyond the limits."""

    revisions: list[str]
    statements: Annotated[list[RanStatement], msgspec.Meta(max_length=MOST_STATEMENTS)]
    untold: dict[str, Number] = {}

    def __post_init__(self) -> None:
        if sum(len(statement.sql) for statement in self.statements) > MOST_TEXT:
            raise ValueError(f"statements of more than {MOST_TEXT} characters")


class Used(Answer, frozen=True):
    """An attempt of the application's with a table; `read` are the types that the values of each column had."""

    schema: str
    table: str
    action: str
    column: str
    error: str | None
    read: dict[str, list[str]] = {}


class File(Answer, frozen=True):
    """A written migration; `operations` are its upgrade as rendered, `notes` what did not go as set up.

    `tables` are those that autogenerate proposed something for, None where one of its operations does not say.
    `parts` are the values of its template's variables, of which each of several databases has its own.
    """

    path: str
    source: str
    operations: tuple[str, ...]
    notes: tuple[str, ...]
    tables: tuple[tuple[str, str], ...] | None = None
    parts: dict[str, str] = {}


class WorkerFailure(Answer, frozen=True):
    """What went wrong in the worker; `revision` is the migration that ran, `host` a server without an answer."""

    kind: str
    type: str
    message: str
    path: str | None = None
    line: Number | None = None
    traceback: str = ""
    missing: list[str] = []
    asked: list[str] = []
    x: list[str] = []
    module: str | None = None
    revision: str | None = None
    host: str | None = None


class Reply(msgspec.Struct, frozen=True):
    """Either a result or a failure; `used_up` asks for a new process for the next task.

    `stale` says of a failure that it may come from an earlier task in this process, and that the database is untouched;
    `out_of_order` that it may come from revisions that were imported before env.py.
    """

    ok: msgspec.Raw = msgspec.Raw(b"null")
    error: WorkerFailure | None = None
    used_up: bool = False
    stale: bool = False
    out_of_order: bool = False


def is_inside(path: str) -> bool:
    """Whether a relative path stays below where it starts."""
    pure = PurePosixPath(path)
    return bool(path) and not pure.is_absolute() and ".." not in pure.parts and "\x00" not in path


def decode(data: bytes | msgspec.Raw, kind: type[Result]) -> Result:
    """Decode an answer; raises `msgspec.MsgspecError` when it is not of this kind."""
    try:
        return msgspec.json.decode(data, type=kind)
    except (UnicodeDecodeError, RecursionError) as error:
        raise msgspec.DecodeError(str(error)) from error
