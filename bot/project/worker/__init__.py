"""The untrusted half: runs in the project's own Python, together with the project's code.

In: tasks, as JSON lines on a pipe. Out: results, or what went wrong, on another.
The client copies this folder to where the unprivileged account can read it and starts it there under another
name: hence the relative imports, no import of the rest of the bot, and nothing newer than Python 3.8.
Alembic and SQLAlchemy are whatever versions the project has: features are tested for, versions never.
"""
