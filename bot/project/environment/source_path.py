"""What of the project's own is found beside its installed packages: its code, and its metadata.

Comes in: a checkout. Goes out: folders for the end of `sys.path`. The project itself is not installed: its code is
read from the checkout, so that both sides can share one environment.
"""

import re
from pathlib import Path

from bot.project.environment import dependencies, requirements


def folders(project: Path, checkout: Path, run_dir: Path) -> tuple[Path, ...]:
    """The folders with the project's code, and one with its metadata for importlib.metadata."""
    found = dependencies.find(project, checkout)
    code = dependencies.code_folders(found.folder)
    if found.kind == "uv.lock":
        for member in requirements.sources_in_uv_lock(found.files[0]):
            code += dependencies.code_folders(member)
    code += _neighbours(checkout)
    overlay = run_dir / f"metadata-{checkout.name}"
    overlay.mkdir(exist_ok=True, mode=0o755)
    for folder in dict.fromkeys((found.folder, checkout)):
        named = dependencies.project_name(folder)
        if named is not None:
            _write_metadata(overlay, *named)
    return tuple(dict.fromkeys((overlay, *code)))


def _neighbours(checkout: Path) -> list[Path]:
    """Code of other projects in the same repository, which may be imported without being listed."""
    found: list[Path] = []
    for pattern in ("*/pyproject.toml", "*/setup.py", "*/*/pyproject.toml"):
        for path in sorted(checkout.glob(pattern))[:50]:
            found += dependencies.code_folders(path.parent)
    return found


def _write_metadata(overlay: Path, name: str, version: str) -> None:
    folder = overlay / f"{re.sub(r'[-_.]+', '_', name)}-{re.sub(r'[^0-9A-Za-z.+]', '.', version)}.dist-info"
    folder.mkdir(exist_ok=True, mode=0o755)
    (folder / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
