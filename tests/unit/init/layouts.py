"""Repositories as people have them, each by its files, and what of it a workflow has to know."""

from dataclasses import dataclass, field

INI = "[alembic]\nscript_location = %(here)s/migrations\n"
ENV = "from alembic import context\nfrom models import Base\ncontext.run_migrations()\n"
FLASK = "from flask import current_app\nfrom alembic import context\ncurrent_app.extensions\ncontext.run_migrations()\n"
LOCK = 'version = 1\nrequires-python = ">=3.11"\n'


@dataclass(frozen=True)
class Case:
    """`said` are words that `init` prints, `inputs` what the workflow gives the bot."""

    files: dict[str, str]
    said: tuple[str, ...]
    inputs: dict[str, str] = field(default_factory=dict)


def environment(folder: str, env: str = ENV) -> dict[str, str]:
    return {f"{folder}alembic.ini": INI, f"{folder}migrations/env.py": env, f"{folder}migrations/script.py.mako": ""}


CASES = {
    "uv": Case(
        {**environment(""), "uv.lock": LOCK, "pyproject.toml": '[project]\nname = "a"\nrequires-python = ">=3.11"\n'},
        ("Alembic: alembic.ini", "packages: uv.lock", "Python: >=3.11"),
    ),
    "alembic in pyproject": Case(
        {
            "pyproject.toml": '[tool.alembic]\nscript_location = "%(here)s/db"\n[project]\nname = "a"\n',
            "db/env.py": ENV,
            "db/script.py.mako": "",
        },
        ("Alembic: pyproject.toml", "packages: pyproject.toml"),
    ),
    "Flask-Migrate": Case(
        {
            "migrations/alembic.ini": "[alembic]\n",
            "migrations/env.py": FLASK,
            "migrations/script.py.mako": "",
            "requirements.txt": "flask-migrate\n",
            "runtime.txt": "python-3.10.4\n",
        },
        ("Alembic: migrations/alembic.ini", "packages: requirements.txt"),
    ),
    "services with locks of their own": Case(
        {
            **environment("services/a/"),
            **environment("services/b/"),
            "services/a/poetry.lock": "",
            "services/b/Pipfile.lock": "{}",
        },
        (
            "Alembic: services/a/alembic.ini and services/b/alembic.ini",
            "packages: services/a/poetry.lock and services/b/Pipfile.lock",
        ),
    ),
    "three applications, each with a Python and packages of its own": Case(
        {
            **environment("apps/billing/"),
            **environment("apps/mail/"),
            **environment("apps/users/"),
            "apps/billing/requirements.txt": "-r ../../requirements/base.txt\nalembic\n",
            "requirements/base.txt": "sqlalchemy\n",
            "apps/mail/pyproject.toml": '[project]\nname = "mail"\nrequires-python = ">=3.12"\n',
            "apps/users/Pipfile": '[packages]\nalembic = "*"\n[requires]\npython_version = "3.10"\n',
        },
        (
            "packages: apps/billing/requirements.txt, apps/mail/pyproject.toml and apps/users/Pipfile",
            "Python: >=3.12 and ==3.10.*",
        ),
    ),
    "a uv workspace whose member has the migrations": Case(
        {
            **environment("packages/worker/", "from core.models import Base\n" + ENV),
            "pyproject.toml": (
                '[project]\nname = "root"\nrequires-python = ">=3.11"\n[tool.uv.workspace]\nmembers = ["packages/*"]\n'
            ),
            "uv.lock": LOCK,
            "packages/core/pyproject.toml": '[project]\nname = "core"\n',
            "packages/core/src/core/models.py": "Base = None\n",
            "packages/worker/pyproject.toml": '[project]\nname = "worker"\ndependencies = ["core"]\n',
        },
        ("Alembic: packages/worker/alembic.ini", "packages: uv.lock", "Python: >=3.11"),
    ),
    "Litestar with Advanced Alchemy": Case(
        {
            "db/migrations/alembic.ini": "[alembic]\nprepend_sys_path = src:.\n",
            "db/migrations/env.py": ENV,
            "db/migrations/script.py.mako": "",
            "pyproject.toml": '[project]\nname = "a"\nrequires-python = ">=3.11,<3.14"\n',
        },
        ("Alembic: db/migrations", "packages: pyproject.toml", "Python: <3.14,>=3.11"),
    ),
    "Django's migrations beside Alembic's": Case(
        {
            "alembic.ini": "[alembic]\nscript_location = orders/alembic\n",
            "orders/alembic/env.py": "from shop import settings\n" + ENV,
            "orders/alembic/script.py.mako": "",
            "orders/migrations/0001_initial.py": "from django.db import migrations\n",
            "shop/settings.py": "import os\nSECRET_KEY = os.environ['SECRET_KEY']\n",
            "requirements/base.txt": "alembic\n",
        },
        (
            "Alembic: alembic.ini\n",
            "packages: requirements/base.txt",
            "settings that the code asks for: SECRET_KEY",
        ),
        {"env": f"SECRET_KEY={'0123456789abcdef' * 4}\n"},
    ),
    "a backend in a folder, in an image": Case(
        {
            **environment("backend/"),
            "backend/requirements.txt": "alembic\n",
            "backend/Dockerfile": "FROM python:3.11-slim\n",
        },
        ("Alembic: backend/alembic.ini", "packages: backend/requirements.txt", "Python: "),
    ),
    "sections for two databases": Case(
        {
            "alembic.ini": "[users]\nscript_location = users\n[orders]\nscript_location = orders\n",
            "users/env.py": ENV,
            "users/script.py.mako": "",
            "orders/env.py": ENV,
            "orders/script.py.mako": "",
        },
        ("Alembic: alembic.ini [orders] and alembic.ini [users]", "packages: no file names them"),
    ),
    "PostGIS": Case(
        {**environment(""), "models.py": "from geoalchemy2 import Geometry\n"},
        ("extensions: postgis (server: postgis/postgis:17-3.5)",),
        {"database": "docker:postgis/postgis:17-3.5"},
    ),
    "extensions that the image has": Case(
        {
            **environment(""),
            "migrations/versions/a1_first.py": (
                "op.execute('CREATE EXTENSION IF NOT EXISTS \"uuid-ossp\"')\nop.execute('create extension vector')\n"
            ),
        },
        ("extensions: uuid-ossp and vector\n",),
    ),
    "settings without defaults": Case(
        {
            **environment("", "import settings\n" + ENV),
            "settings.py": (
                "import os\nKEY = os.environ['SIGNING_KEY']\nURL = os.environ['DATABASE_URL']\n"
                "LEVEL = os.environ.get('LEVEL', 'info')\n"
            ),
            ".env.example": "SIGNING_KEY=for-development\n",
        },
        ("settings that the code asks for: DATABASE_URL and SIGNING_KEY",),
        {
            "env": "DATABASE_URL=postgresql://user:password@database.invalid:5432/database\nSIGNING_KEY=for-development\n"
        },
    ),
    "an expression among the settings": Case(
        {
            **environment("", "import os\nKEY = os.environ['KEY']\n" + ENV),
            ".github/workflows/tests.yml": "env:\n  KEY: ${{ secrets.KEY }}\n",
        },
        ("settings that the code asks for: KEY",),
        {"env": f"KEY={'0123456789abcdef' * 4}\n"},
    ),
    "many environments": Case(
        {path: text for number in range(9) for path, text in environment(f"s{number}/").items()},
        ("and 4 more", "- 9 Alembic environments in one job take long: --matrix gives each its own"),
    ),
    "an env.py without a configuration": Case(
        {"app/db/env.py": ENV, "app/db/script.py.mako": "", "setup.py": "from setuptools import setup\nsetup()\n"},
        ("Alembic: app/db", "packages: setup.py"),
    ),
}
