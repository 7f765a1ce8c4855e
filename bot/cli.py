"""The command line: arguments → settings → pipeline → terminal and files."""

import argparse
import gc
import io
import signal
import sys
import traceback
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext, suppress
from functools import partial
from pathlib import Path
from types import FrameType
from typing import Any, NoReturn

from bot import settings
from bot.errors import BotError, ToolError, machine_trouble
from bot.settings import Machine, Settings
from bot.settings.options import all_options
from bot.system import inherited
from bot.system.limits import refuse_too_little
from bot.system.signals import end_when_asked

BUG = 70


class _Version(argparse.Action):
    """Looks up the version only when asked for: this takes time."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> NoReturn:
        from importlib.metadata import version  # noqa: PLC0415

        sys.stdout.write(f"migration-bot {version('alembic-migration-bot')}\n")
        parser.exit()


def parser() -> argparse.ArgumentParser:
    """The arguments of all commands."""
    main = argparse.ArgumentParser(
        prog="migration-bot", description="Generates, completes and proves Alembic migrations."
    )
    main.add_argument("--version", action=_Version, nargs=0, help="print the bot's own version")
    commands = main.add_subparsers(dest="command", required=True, metavar="COMMAND")
    check = commands.add_parser("check", help="compare two revisions, write or verify the migration, prove it")
    _add_check_options(check)
    plan = commands.add_parser("plan", help="print the environments that a change can touch, for a matrix of jobs")
    _add_check_options(plan)
    demo = commands.add_parser("demo", help="run check on a small repository made for the purpose")
    demo.add_argument("-v", "--verbose", action="store_true", help="show what the tools print")
    init = commands.add_parser("init", help="write the workflow of a repository")
    _add_init_options(init)
    commands.add_parser("action", help="entry point of the container: reads the runner's environment and event")
    commands.add_parser("after", help="the action's post step: shows on GitHub that a run was killed")
    commands.add_parser("publish", help="post finished reports as one comment (for jobs that cannot write themselves)")
    return main


def _add_init_options(init: argparse.ArgumentParser) -> None:
    yes_or_no = argparse.BooleanOptionalAction
    init.add_argument("--repo", type=Path, default=Path(), help="a folder of the repository (default: this one)")
    init.add_argument("--forks", action=yes_or_no, help="pull requests come from forks: two workflows")
    init.add_argument("--commands", action=yes_or_no, help="people give commands in comments, as /migration commit")
    init.add_argument("--matrix", action="store_true", help="a job for each Alembic environment")
    init.add_argument("--database", metavar="SPEC", help="embedded, docker:IMAGE, or the URL of a server")
    init.add_argument("--action", help="how the workflow names the bot (OWNER/REPOSITORY@VERSION)")
    init.add_argument("--force", action="store_true", help="write over workflow files that are there")


def _add_check_options(check: argparse.ArgumentParser) -> None:
    for option in all_options().values():
        about = option.about
        default = f" (default: {about.default})" if about.default else ""
        shown: dict[str, Any] = {"help": f"{about.meaning}{default}".replace("`", "").replace("%", "%%")}
        if option.is_flag:
            check.add_argument(*option.flags, dest=option.key, action="store_true", **shown)
        elif option.choices:
            check.add_argument(*option.flags, dest=option.key, choices=option.choices, **shown)
        else:
            how = "append" if option.is_list else "store"
            check.add_argument(*option.flags, dest=option.key, action=how, metavar=about.metavar, **shown)


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Entry point of `migration-bot`; exits with the codes that the documentation lists."""
    inherited.open_streams()  # first: what is opened next would be taken for one of them
    if arguments is None:
        inherited.speak_utf8()
    inherited.forget_variables()
    signal.signal(signal.SIGTERM, _on_sigterm)
    end_when_asked()
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # replace characters that a terminal cannot show
    options, machine = parser().parse_args(arguments), Machine.here()
    try:
        with machine_trouble(machine.temporary):
            code = _run(options, machine)
    except BotError as error:
        _print_error(error, machine)
        code = error.exit_code
    except KeyboardInterrupt:
        sys.stderr.write("migration-bot: stopped\n")
        code = 130
    except BrokenPipeError:
        code = 141
    except Exception:
        with _only_text(machine):
            traceback.print_exc()
            sys.stderr.write("migration-bot: this is a bug of the bot; please report it with the lines above\n")
        code = BUG
    sys.exit(_flushed(code, machine))


def _flushed(code: int, machine: Machine) -> int:
    """The exit code, with all that was printed where it belongs: Python would end with 120."""
    for stream, name in ((sys.stdout, "output"), (sys.stderr, "")):
        try:
            stream.flush()
        except OSError as error:
            inherited.to_nowhere(stream.fileno())
            if name and isinstance(error, BrokenPipeError):
                code = code or 141
            elif name:
                _print_error(ToolError(f"standard {name} cannot be written: {error.strerror}"), machine)
                code = code or ToolError.exit_code
    return code


def _run(options: argparse.Namespace, machine: Machine) -> int:
    refuse_too_little()
    # The pipeline imports drivers: `--help` should not wait for them. Their objects live as long as the process.
    gc.disable()
    try:
        command = _command(options, machine)
    finally:
        gc.freeze()
        gc.enable()
    return command()


def _command(options: argparse.Namespace, machine: Machine) -> Callable[[], int]:
    """The command as a function, with its modules imported."""
    if options.command == "demo":
        from bot import demo  # noqa: PLC0415

        return partial(demo.run, machine, verbose=options.verbose)
    if options.command == "init":
        from bot.init import command  # noqa: PLC0415

        return partial(command.run, options, machine)
    if options.command in ("action", "publish"):
        from bot.action.main import run  # noqa: PLC0415

        return partial(run, machine, publish=options.command == "publish")
    if options.command == "after":
        from bot.action import post_step  # noqa: PLC0415

        return partial(post_step.run, machine)
    if options.command == "plan":
        from bot.matrix import planning  # noqa: PLC0415

        return partial(_check, planning.plan_and_print, options, machine)
    from bot.check import pipeline  # noqa: PLC0415

    return partial(_check, pipeline.check_and_deliver, options, machine)


def _check(command: Callable[[Settings], int], options: argparse.Namespace, machine: Machine) -> int:
    with _only_text(machine):
        return command(settings.from_options(vars(options), machine))


def _on_sigterm(_signal: int, _frame: FrameType | None) -> NoReturn:
    """SIGTERM ends the run as Ctrl-C does: through every `finally`."""
    raise SystemExit(143)


def _print_error(error: BotError, machine: Machine) -> None:
    from bot.report.text import plain  # noqa: PLC0415

    lines = [f"migration-bot: {error.message}"]
    if error.log_tail:
        lines += ["", *(f"    {line}" for line in error.log_tail.strip().splitlines()[-25:]), ""]
    if error.advice:
        lines.append(error.advice)
    with suppress(OSError), _only_text(machine):
        sys.stderr.write(plain("\n".join(lines)) + "\n")


def _only_text(machine: Machine) -> AbstractContextManager[None]:
    """In GitHub Actions, a line of the project's output could be a workflow command; standard output may be JSON."""
    from bot.action.runner import no_commands  # noqa: PLC0415

    in_a_job = machine.environ.get("GITHUB_ACTIONS") == "true"
    return no_commands(sys.stderr) if in_a_job else nullcontext()
