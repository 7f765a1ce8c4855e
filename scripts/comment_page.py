"""A comment as a page of its own: GitHub's Markdown, style, colours of code, and diagrams."""

import json
import re
import subprocess
from collections.abc import Mapping
from html import escape, unescape
from pathlib import Path

import cmarkgfm
from cmarkgfm.cmark import Options

# GitHub takes these colours, and a comment's small letters and narrow column.
_FRAME = """<!doctype html><html><head><meta charset="utf-8"><title>-</title><style>{style}
body {{ margin: 0; background: {background}; }}
.markdown-body {{ box-sizing: border-box; width: {width}px; padding: 16px; font-size: 14px; }}
.markdown-body pre.mermaid {{ text-align: center; background: none; }}
.caption {{ width: {width}px; margin: 24px 16px 0; font: 12px sans-serif; color: #888; }}
</style></head><body>{body}
<script src="{mermaid}"></script><script>
mermaid.initialize({{startOnLoad: false, securityLevel: "strict", theme: "{theme}"}});
mermaid.run({{querySelector: ".mermaid"}}).finally(() => {{
  const boxes = [...document.querySelectorAll("article")].map(
    article => [Math.ceil(article.getBoundingClientRect().height), article.scrollWidth]);
  document.title = JSON.stringify([Math.ceil(document.body.getBoundingClientRect().height), ...boxes]);
}});
</script></body></html>"""
_CODE = re.compile(r'<pre lang="(\w+)"><code>(.*?)</code></pre>', re.DOTALL)
_COLOURS = """
import {common, createStarryNight} from '@wooorm/starry-night';
import {toHtml} from 'hast-util-to-html';
import {readFileSync} from 'node:fs';
const night = await createStarryNight(common);
const blocks = JSON.parse(readFileSync(0, 'utf8'));
const shown = ([word, text]) => {
  const scope = night.flagToScope(word);
  return scope ? toHtml(night.highlight(text, scope)) : null;
};
console.log(JSON.stringify(blocks.map(shown)));
"""


def html(markdown: str, packages: Path, theme: str, width: int, *, unfold: bool) -> str:
    """The whole page; `theme` is light or dark."""
    return _page(_article(markdown, packages, unfold=unfold), packages, theme, width)


def gallery(comments: Mapping[str, str], packages: Path, theme: str, width: int) -> str:
    """A page with several comments, each below its caption."""
    shown = [
        f'<p class="caption">{escape(caption)}</p>{_article(markdown, packages, unfold=False)}'
        for caption, markdown in comments.items()
    ]
    return _page("".join(shown), packages, theme, width)


def _article(markdown: str, packages: Path, *, unfold: bool) -> str:
    body = _coloured(cmarkgfm.github_flavored_markdown_to_html(markdown, options=_raw()), packages)
    if unfold:
        body = body.replace("<details>", "<details open>")
    return f'<article class="markdown-body">{body}</article>'


def _page(body: str, packages: Path, theme: str, width: int) -> str:
    modules = packages / "node_modules"
    return _FRAME.format(
        style=(modules / f"github-markdown-css/github-markdown-{theme}.css").read_text(),
        mermaid=(modules / "mermaid/dist/mermaid.min.js").as_uri(),
        background={"light": "#ffffff", "dark": "#0d1117"}[theme],
        theme={"light": "default", "dark": "dark"}[theme],
        width=width,
        body=body,
    )


def _raw() -> int:
    """In comments every end of a line is one to be seen; of HTML the bot writes nothing that GitHub takes away."""
    return int(Options.CMARK_OPT_UNSAFE | Options.CMARK_OPT_HARDBREAKS)


def _coloured(body: str, packages: Path) -> str:
    """Code as GitHub colours it; diagrams are left for the browser."""
    blocks = [(match[1], unescape(match[2])) for match in _CODE.finditer(body)]
    program = packages / "colours.mjs"
    program.write_text(_COLOURS)
    done = subprocess.run(
        ["node", program], input=json.dumps(blocks), capture_output=True, text=True, check=True, cwd=packages
    )
    shown = iter(zip(blocks, json.loads(done.stdout), strict=True))

    def block(_match: re.Match[str]) -> str:
        (word, text), colours = next(shown)
        if word == "mermaid":
            return f'<pre class="mermaid">{escape(text)}</pre>'
        return f"<pre><code>{colours or escape(text)}</code></pre>"

    return _CODE.sub(block, body)
