"""Advice in the words of a workflow, where the options of the command line are inputs of a step.

In: advice as the command line has it, which names options and may have values for them. Out: the same sentence with
inputs in their place, and lines of YAML for values that a shell would have in quotes. Plain text, not escaped.
"""

import re
import shlex
from collections import defaultdict

from bot.settings.options import shared_options

_QUOTED = r"""(?:'[^']*'|"[^"]*")+"""  # as the shell has it: what stands side by side is one word
_BARE = r"[\w./@-]*[:=][\w./:=@-]*\w|[A-Z]{2,}\b"
_OPTION = re.compile(
    rf"`--(?P<ticked>[a-z][a-z-]*)(?: (?P<words>[^`]+))?`"
    rf"|(?<![\w`-])--(?P<name>[a-z][a-z-]*)(?: (?:(?P<quoted>{_QUOTED})|(?P<bare>{_BARE})))?"
)
_BELOW = "`{}` (below)"


def sentence(advice: str) -> str:
    """Options that no workflow has stay as they are."""
    said = _OPTION.sub(_named, advice)
    for name in shared_options():  # each of several values of one input
        below = re.escape(_BELOW.format(name))
        said = re.sub(rf"{below}(?: {below})+", _BELOW.format(name), said)
    return said


def snippet(advice: str) -> str:
    """What goes into the step; empty where the sentence says it all."""
    values = defaultdict[str, list[str]](list)
    for found in _OPTION.finditer(advice):
        if found["quoted"] and found["name"] in shared_options():
            values[found["name"]] += " ".join(shlex.split(found["quoted"])).splitlines()
    lines = [line for name, each in values.items() for line in (f"  {name}: |", *(f"    {value}" for value in each))]
    return "\n".join(["with:", *lines]) if lines else ""


def _named(found: re.Match[str]) -> str:
    name = found["ticked"] or found["name"]
    if name not in shared_options():
        return found[0]
    if found["quoted"]:
        return _BELOW.format(name)
    value = found["words"] or found["bare"]
    return f"`{name}: {value}`" if value else f"the input `{name}`"
