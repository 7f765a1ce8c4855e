"""How the bot runs other programs: as whom, with what in sight, and how all of them end with the run.

`accounts` says who they are, `confinement` (with `landlock`, `seccomp`, `namespaces`, `control_group`) what the kernel
lets them do, `running` starts them, `orphans` finds what they left running (or `first_process` has the kernel end it),
`rmtree` removes their files, `reaper` does both when the bot itself is gone.
"""

from bot.system.accounts import Account, Accounts, accounts
from bot.system.confinement import Confinement
from bot.system.orphans import become_subreaper, end_what_is_left, forget, kill_orphans
from bot.system.output import Output
from bot.system.reaper import reaper
from bot.system.rmtree import remove
from bot.system.running import LOG_TAIL, Completed, blocks, kill_group, program, run, run_confined, start

__all__ = [
    "LOG_TAIL",
    "Account",
    "Accounts",
    "Completed",
    "Confinement",
    "Output",
    "accounts",
    "become_subreaper",
    "blocks",
    "end_what_is_left",
    "forget",
    "kill_group",
    "kill_orphans",
    "program",
    "reaper",
    "remove",
    "run",
    "run_confined",
    "start",
]
