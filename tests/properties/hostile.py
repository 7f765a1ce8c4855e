"""Texts and JSON that mean harm, for properties: fragments of attacks between any characters."""

from typing import Any

from hypothesis import strategies as st

FRAGMENTS = (
    "@octocat @org/team a@b.example",
    "#1 GH-2 owner/repo#3 #fff",
    "https://evil.example www.evil.example mailto:a@b.example ftp://x.y xmpp:a@b.example",
    "![x](https://evil.example/x.png)",
    "[x](https://evil.example) [x][y] <https://evil.example> [^1]: x",
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "</details></summary></code></pre></td><h1>out</h1>",
    "<!-- migration-bot:0123456789abcdef -->",
    "--> <!--",
    "<![CDATA[x]]> <?php x ?> <!X>",
    "&lt;b&gt; &#64;octocat &amp;amp; &copy; &#x3c;b>",
    "`a` ``b`` ```c``` ~~~",
    "\n```\n</details>\n# out\n",
    "\n~~~\n@out\n",
    "\n\n# Heading\n\n- item\n1. item\n> quote\n---\n===\n    code\n",
    "| a | b |\n|---|---|\n",
    "\\| \\\\| || |",
    "*bold* _it_ ~~gone~~ $x$ $$x$$ \\",
    ":octocat: :+1:",
    "::error::injected\n::stop-commands::x\n ::add-mask::y\n##[error]x\n\r::warning::z",
    "\x1b[31m\x1b]8;;https://evil.example\x07\x9b2J\x00\b\r",
    "\u202eabc\u202c \u2066x\u2069 \u200b\u200d\ufeff\u00ad\u2028\u2029\u0085\v\f",
    "\U000e0041\U000e0042 \ufe0f \u034f \u115f \u3164 \uffa0",  # tags and blanks that nobody sees
    "e\u0301\u0323 \u1100\u1161 ﬁ Ⅷ \uff41 İ ß \u017f",
    "$(touch x) ; rm -rf / | sh && `id` ' \" MIGRATION\n<<'EOF'",
    "--repo=/ --write -v -- --help",
    "'; DROP TABLE users; -- /* */ $$ x $$ E'\\''",
    "{{ 7*7 }} {% raw %} ${{ github.token }} %(here)s %s {0}",
    "../../etc/passwd C:\\x \\\\host",
    "\t  \t\n \n",
    "%0A::error::x %25",
    "pk fk uk end erDiagram %% click \"}",
)  # fmt: skip

characters = st.one_of(
    st.sampled_from("`*_~|\\<>&[]()!#@$:/-+=.\"'%{} \t\n\r\x00\x1b\x7f\x85\u200b\u202e\u2028\ufeffaZ0é漢😀"),
    st.characters(),
    st.characters(exclude_categories=["Cs"]),
)
_pieces = st.one_of(st.sampled_from(FRAGMENTS), st.text(characters, max_size=6))
_repeated = st.builds(lambda piece, times: piece * times, st.text(characters, max_size=3), st.integers(1, 1_500))
# As Python has it: lone surrogates included, as names of files can hold them.
wild = st.one_of(
    st.sampled_from(FRAGMENTS), st.lists(_pieces, max_size=6).map("".join), _repeated, st.text(characters, max_size=40)
)


def _encodable(text: str) -> str:
    return text.encode("utf-8", "replace").decode()


# As JSON, TOML and PostgreSQL can carry it.
texts = wild.map(_encodable)
lines = texts.map(lambda text: " ".join(text.splitlines()))

scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.sampled_from([2**63, -(2**64), 10**400, 0.1, -0.0, 1e308]),
    st.floats(),
    texts,
)


def _nested(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.one_of(st.lists(inner, max_size=4), st.dictionaries(texts, inner, max_size=4))


anything: st.SearchStrategy[Any] = st.recursive(scalars, _nested, max_leaves=12)


@st.composite
def damaged(draw: st.DrawFn, whole: Any) -> Any:
    """`whole` with something else in a place of it that is found by chance, or without that place."""
    if not isinstance(whole, dict | list) or not whole or draw(st.integers(0, 5)) == 0:
        return draw(anything)
    changed: Any = whole.copy()
    place = draw(st.sampled_from(sorted(whole) if isinstance(whole, dict) else range(len(whole))))
    if draw(st.integers(0, 5)) == 0:
        del changed[place]
    else:
        changed[place] = draw(damaged(whole[place]))
    return changed
