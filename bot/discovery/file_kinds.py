"""What a file can be, going by its path and text alone: a test, a list of dependencies, a model."""

import fnmatch
import posixpath
import re
from pathlib import PurePosixPath

_TEST_FOLDERS = {"test", "tests", "testing"}
_MODEL_NAMES = {"model", "models", "entity", "entities", "orm", "tables"}
_MODEL_CODE = re.compile(
    r"__tablename__|mapped_column|\bMapped\[|\bColumn\(|\bTable\(|declarative_base|DeclarativeBase|\bSQLModel\b"
)
_DEPENDENCIES = (
    *(
        "pyproject.toml",
        "setup.py",
        "setup.cfg",
        "Pipfile",
        "Pipfile.lock",
        "poetry.lock",
        "uv.lock",
        "pdm.lock",
    ),
    *(
        "pylock*.toml",
        "requirements*.lock",
        "*requirements*.txt",
        "*requirements*.in",
        "*requirements*.pip",
        "constraints*.txt",
    ),
    *("environment.yml", "environment.yaml", ".python-version"),
)


_NO_DATA = frozenset(
    {
        *(".md", ".rst", ".adoc", ".pdf", ".ipynb", ".png", ".jpg", ".jpeg", ".gif", ".svg", ".ico", ".webp"),
        *(".css", ".scss", ".less", ".html", ".htm", ".js", ".jsx", ".mjs", ".ts", ".tsx", ".vue", ".map"),
        *(".woff", ".woff2", ".ttf", ".eot", ".mp3", ".mp4", ".sh", ".po", ".mo"),
    }
)
_NO_DATA_NAMES = frozenset({"LICENSE", "NOTICE", "AUTHORS", "CODEOWNERS", "CHANGELOG", "Dockerfile", "Makefile"})


def is_python(path: str) -> bool:
    return path.endswith(".py")


def is_test(path: str) -> bool:
    """Whether a Python file is for tests."""
    folders = PurePosixPath(path).parent.parts
    return bool(_TEST_FOLDERS.intersection(folders)) or is_called_test(path)


def is_called_test(path: str) -> bool:
    """Whether a file's own name says that it is a test; models may lie in folders called `testing`."""
    return bool(re.fullmatch(r"test_.*|.*_tests?\.py|conftest\.py", posixpath.basename(path)))


def is_unlikely_data(path: str) -> bool:
    """Whether a file is documentation, a page, an image or a tool's settings, which models hardly ever read."""
    parts = PurePosixPath(path)
    hidden = any(part.startswith(".") for part in parts.parts) and not parts.name.startswith(".env")
    return hidden or parts.suffix.lower() in _NO_DATA or parts.name in _NO_DATA_NAMES


def dependencies_of(path: str) -> str | None:
    """The folder whose dependencies a file lists, or None when it lists none."""
    folder, name = posixpath.split(path)
    if posixpath.basename(folder) == "requirements" and name.endswith((".txt", ".in", ".pip")):
        return posixpath.dirname(folder) or "."
    listed = any(fnmatch.fnmatchcase(name, pattern) for pattern in _DEPENDENCIES)
    return (folder or ".") if listed else None


def named_like_models(path: str) -> bool:
    """Whether a Python file is called, or lies in a folder called, what models usually are."""
    parts = PurePosixPath(path)
    names = {*parts.parent.parts, parts.stem}
    return any(name in _MODEL_NAMES or name.endswith(("_models", "_model")) for name in names)


def reads_like_models(source: str) -> bool:
    """Whether code declares tables with SQLAlchemy."""
    return bool(_MODEL_CODE.search(source))


def matches(path: str, pattern: str) -> bool:
    """Whether `path` is what `pattern` names: a file, a folder, or a glob whose `*` spans folders."""
    pattern = pattern.removeprefix("./").rstrip("/")
    return path == pattern or path.startswith(pattern + "/") or fnmatch.fnmatchcase(path, pattern)
