"""Models that `env.py` never imports: no migration would come with their tables, and a later one may drop them."""

from collections.abc import Iterator

from bot.findings.facts import Facts
from bot.model import Finding, Where

CODE = "model-not-imported"
CODES = {CODE: "env.py does not import a model, so that its table gets no migration"}


def check(facts: Facts) -> Iterator[Finding]:
    for model in facts.undeclared_models:
        yield Finding(
            code=CODE,
            severity="error" if model.is_needed else "warning",
            title=f"The table {model.table} is not among the models that env.py imports",
            detail=f"{model.path} is changed and declares it, but target_metadata has no table of that name.",
            advice=f"Let env.py, or the package that it imports, have `import {model.module}`.",
            where=Where(path=model.path, line=model.line),
        )
