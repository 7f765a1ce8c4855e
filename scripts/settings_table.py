"""Prints the table of docs/settings.md, which a test holds to the options."""

from collections.abc import Iterator

from bot.settings.options import Option, all_options


def lines() -> Iterator[str]:
    """The table in Markdown."""
    yield "| option | key | default | meaning |"
    yield "|---|---|---|---|"
    for option in all_options().values():
        key = "" if option.about.local else f"`{option.key}`"
        yield f"| {_flags(option)} | {key} | {option.about.default} | {option.about.meaning} |".replace(
            "|  |", "| |"
        ).replace("|  |", "| |")


def _flags(option: Option) -> str:
    value = f" {option.about.metavar}" if option.about.metavar else f" {'|'.join(option.choices)}".rstrip()
    shown = ", ".join(f"`{flag}{value}`" for flag in option.flags)
    return f"{shown} (repeatable)" if option.is_list else shown


if __name__ == "__main__":
    print("\n".join(lines()))
