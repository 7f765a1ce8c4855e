"""This process's machine, as `main` would hand it in; and one whose environment is what a test says."""

import os
from collections.abc import Mapping
from dataclasses import replace

from bot.project.checkout.git import Git
from bot.settings import Machine

MACHINE = Machine.here()
GIT = Git(os.environ)  # that of the moment: tests set variables
TEMPORARY = MACHINE.temporary


def machine_with(environ: Mapping[str, str]) -> Machine:
    """A machine with this environment alone."""
    return replace(MACHINE, environ=environ)
