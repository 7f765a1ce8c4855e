"""How the bot runs other programs: as whom, with what in sight, and how all of them end with the run.

`accounts` says who they are, `confinement` (with `landlock` and `seccomp`) what the kernel lets them do, `running`
starts them, `strays` finds what they left running, `removal` takes away what they left behind, `keeper` does both
when the bot itself is gone.
"""

from bot.processes.accounts import Account, Accounts, accounts
from bot.processes.confinement import Confinement
from bot.processes.keeper import keeper
from bot.processes.output import Output
from bot.processes.removal import remove
from bot.processes.running import LOG_TAIL, Completed, kill_group, program, run, run_confined, start
from bot.processes.strays import adopt_strays, end_strays, forget

__all__ = [
    "LOG_TAIL",
    "Account",
    "Accounts",
    "Completed",
    "Confinement",
    "Output",
    "accounts",
    "adopt_strays",
    "end_strays",
    "forget",
    "keeper",
    "kill_group",
    "program",
    "remove",
    "run",
    "run_confined",
    "start",
]
