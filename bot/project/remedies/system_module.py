"""A module that distributions of Linux bring, and no index has."""

from bot.errors import ProjectError
from bot.project.remedies import Trouble

_PACKAGES = {
    "apt": "python3-apt",
    "cairo": "python3-cairo",
    "dbus": "python3-dbus",
    "dnf": "python3-dnf",
    "gi": "python3-gi",
    "libvirt": "python3-libvirt",
    "rpm": "python3-rpm",
    "selinux": "python3-selinux",
}


def remedy(error: ProjectError, trouble: Trouble) -> str:
    """The package on Debian, and how an environment sees it."""
    del trouble
    package = _PACKAGES.get(error.module.partition(".")[0]) if error.kind == "import" else None
    if package is None:
        return ""
    return (
        f"{error.module} comes with the operating system ({package} on Debian and Ubuntu), not from an index. Install "
        "it, make an environment that sees it (`python3 -m venv --system-site-packages …`), and name it with --python."
    )
