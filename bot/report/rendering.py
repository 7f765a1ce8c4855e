"""Templates, found beside the code: `bot/templates` in an installed wheel, `templates/` in a checkout."""

from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.model import Difference
from bot.report import text
from bot.report.phrases import name_of

if TYPE_CHECKING:
    from jinja2 import Environment

_HERE = Path(__file__).resolve().parent.parent


def folder() -> Path:
    """Where the templates are."""
    installed = _HERE / "templates"
    return installed if installed.is_dir() else _HERE.parent / "templates"


@cache
def environment() -> "Environment":
    """Markdown is not HTML: autoescaping would not help. The templates call the filters, and tests hold them to it."""
    # Slow to load, and needed for Markdown only.
    from jinja2 import Environment, FileSystemLoader, StrictUndefined  # noqa: PLC0415

    made = Environment(  # noqa: S701  see above
        loader=FileSystemLoader(folder()), undefined=StrictUndefined, keep_trailing_newline=True
    )
    made.filters.update(
        inline=text.inline,
        code=text.code,
        prose=text.prose,
        code_html=code_html,
        cell=text.cell,
        fence=text.fence,
        few=text.few,
        last_lines=text.last_lines,
        shortened=text.shortened,
        place=_place,
        attributes=_attributes,
    )
    return made


def blocks(name: str, wanted: Iterable[str], values: Mapping[str, Any]) -> dict[str, str]:
    """Blocks of a template, each rendered by itself, without the blank lines around it."""
    template = environment().get_template(name)
    context = template.new_context({**values, "m": environment().get_template("macros.md.j2").module})
    return {block: "".join(template.blocks[block](context)).strip("\n") for block in wanted}


def code_html(name: str) -> str:
    """A name inside of HTML, where Markdown's code spans mean nothing."""
    shown = text.visible(name).replace("&", "&amp;").replace("<", "&lt;").replace("\n", " ")
    return f"<code>{shown}</code>"


def _place(difference: Difference) -> str:
    return name_of(difference.schema, difference.parent, difference.name)


def _attributes(difference: Difference) -> str:
    before, after = difference.before or {}, difference.after or {}
    return "; ".join(f"{key} {before.get(key)!s} → {after.get(key)!s}" for key in sorted({*before, *after}))[:600]
