"""What rules look at, as little of it as they need."""

from bot.project.client.answers import Loaded, WorkerVersions

LOADED = Loaded(
    versions=WorkerVersions(python="", alembic="", sqlalchemy=""),
    revisions=[],
    heads=[],
    file_template="",
    script_location="",
    version_locations=[],
    version_path="",
)
