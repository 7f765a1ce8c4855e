"""An independent judge of migrations: pg_dump, rows and the project's own Alembic, none of the bot's own reading."""
