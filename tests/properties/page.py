"""Markdown as GitHub's own parser sees it. In: a comment. Out: tags, attributes, what is code and what is prose."""

import re
from html.parser import HTMLParser

import cmarkgfm
from cmarkgfm.cmark import Options

# What GitHub makes alive in the text of a page, after Markdown.
LIVE = re.compile(r"@(?=\w)|#(?=\d)|GH-(?=\d)|www\.|(?:https?|ftp|mailto|xmpp):|:[a-z0-9_+-]+:", re.IGNORECASE)
CODE = "\ufffc"  # where code stands in prose
EMPTY = {"br", "hr"}
WRITTEN = {"h3", "h4", "p", "ul", "li", "code", "pre", "table", "thead", "tbody", "tr", "th", "td"}
WRITTEN |= {"details", "summary", "strong", "em", "hr", "sub", "br"}


class Page(HTMLParser):
    """`codes` are the texts of spans and blocks, `prose` is everything else; `loose` are tags that do not pair."""

    def __init__(self, markdown: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: set[tuple[str, str | None]] = set()
        self.codes: list[str] = []
        self.prose = ""
        self.other: list[str] = []
        self.loose: list[str] = []
        self._open: list[str] = []
        self.feed(cmarkgfm.github_flavored_markdown_to_html(markdown, options=Options.CMARK_OPT_UNSAFE))
        self.close()
        self.loose += self._open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes |= set(attrs)
        if tag == "code":
            self.codes.append("")
            self.prose += CODE
        if tag not in EMPTY:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes |= set(attrs)

    def handle_endtag(self, tag: str) -> None:
        if not self._open or self._open.pop() != tag:
            self.loose.append(tag)

    def handle_data(self, data: str) -> None:
        if "code" in self._open:
            self.codes[-1] += data
        else:
            self.prose += data

    def handle_comment(self, data: str) -> None:
        self.other.append(data)

    def handle_decl(self, decl: str) -> None:
        self.other.append(decl)

    def handle_pi(self, data: str) -> None:
        self.other.append(data)

    def unknown_decl(self, data: str) -> None:
        self.other.append(data)
