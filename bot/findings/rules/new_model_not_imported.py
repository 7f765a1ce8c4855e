"""New models that `env.py` never imports: their tables would not come with any migration."""

from collections.abc import Iterator

from bot.findings.facts import Facts
from bot.model import Finding, Where

CODE = "model-not-imported"


def check(facts: Facts) -> Iterator[Finding]:
    for model in facts.unseen:
        yield Finding(
            code=CODE,
            severity="warning",
            title=f"The new table {model.table} is not among the models that env.py imports",
            detail=f"{model.path} declares it, but target_metadata has no table of that name.",
            advice="Import the module in env.py, or in the package that env.py imports.",
            where=Where(path=model.path, line=model.line),
        )
