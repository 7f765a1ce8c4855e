"""An independent oracle for migrations: pg_dump, rows and the project's own Alembic, none of the bot's own reading."""
