"""What uv says when it cannot install, read as what to do next.

In: uv's standard error. Out: which packages stand in the way, and whether that is the network, a build, or a conflict.
"""

import re
from collections.abc import Iterator

OLD_SETUPTOOLS = re.compile(
    r"ImpImporter|No module named 'distutils'"
    # Its own modules stop where they are imported.
    r"|site-packages/(setuptools|pkg_resources)/[\w/]+\.py\", line \d+, in <module>"
)
_NO_NETWORK = re.compile(r"error sending request|client error \(Connect\)|dns error|invalid peer certificate")
_NAME = r"([A-Za-z0-9][A-Za-z0-9._-]*?)"
_ASKED = r"(?:\[[^]]*\]|\{[^}]*\})*"  # extras and a marker, as uv writes them behind a name
_RANGE = r"(?:[=<>!~]=?[^ ]*)?"
_BUILD = re.compile(rf"Failed to (?:download and )?build `{_NAME}(?:==[^`]*| @ [^`]*)?`")
_FETCH = re.compile(rf"Failed to (?:download|fetch|prepare|resolve)[^`]*`{_NAME}(?:==[^`]*| @ [^`]*)?`")
_DIRECT = re.compile(rf"`{_NAME} @ [^`]+`")
_GONE = (
    re.compile(rf"[Bb]ecause (?:there (?:is|are) no versions? of ){_NAME}{_ASKED}{_RANGE} and you"),
    re.compile(rf"[Bb]ecause {_NAME} was not found in the package registry"),
    re.compile(
        rf"[Bb]ecause (?:all versions of )?{_NAME}{_ASKED}{_RANGE} ha(?:s|ve) no"
        " (?:usable wheels|wheels with a matching|source distribution)"
    ),
    re.compile(rf"[Bb]ecause {_NAME}{_RANGE} was yanked"),
)
_CONFLICT = "requirements are unsatisfiable"
_FRAME = " \u00d7\u2502\u251c\u2570\u2500\u25b6"  # what uv draws around its errors


def normal(name: str) -> str:
    """A distribution's name as all spellings of it compare.

    `packaging.utils` has the same, and imports what it knows of platforms, which takes longer than most uses of this.
    """
    return re.sub(r"[-_.]+", "-", name).lower()


def is_network(text: str) -> bool:
    """Whether the index itself was out of reach; an address of one package's own may be."""
    return bool(_NO_NETWORK.search(text)) and not _DIRECT.search(text)


def is_conflict(text: str) -> bool:
    return _CONFLICT in text


def culprits(text: str) -> list[str]:
    """Packages without which it may go on, by normal names."""
    return list(dict.fromkeys(map(normal, _culprits(text))))


def unbuilt(text: str) -> list[str]:
    """The packages that could not be built, each with its version."""
    return re.findall(r"Failed to (?:download and )?build `([A-Za-z0-9][A-Za-z0-9._-]*==[^`]+)`", text)


def hosts_out_of_reach(text: str) -> set[str]:
    """Servers that a package was to come from, besides the index, and that gave no answer."""
    if "Git operation failed" not in text and not (_NO_NETWORK.search(text) and _DIRECT.search(text)):
        return set()
    return set(re.findall(r"(?:fetch [^'`]*|@ (?:git\+)?|for url \()'?\w+://(?:[^@/\s]*@)?([^/:'`\s]+)", text))


def failing_hosts(text: str) -> set[str]:
    """Servers of which uv says that it could not use them."""
    if not _NO_NETWORK.search(text) and not re.search(r"status client error|status server error|Forbidden", text):
        return set()
    return set(re.findall(r"\w+://(?:[^@/\s]*@)?([^/:'`\s)]+)", text))


def _culprits(text: str) -> Iterator[str]:
    flat = re.sub(r"\s+", " ", re.sub(rf"[{_FRAME[1:]}]", " ", text))
    for pattern in (_BUILD, _FETCH, *_GONE):
        if match := pattern.search(flat):
            yield match[1]
            return
    if "Git operation failed" in flat or _NO_NETWORK.search(flat):
        yield from _DIRECT.findall(flat)


def first_line(text: str) -> str:
    """What uv says first, for people."""
    lines = [line.strip(_FRAME) for line in text.splitlines() if line.strip(_FRAME)]
    return (lines[0] if lines else "no reason was given")[:300]
