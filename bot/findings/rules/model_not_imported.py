"""Models that `env.py` never imports: no migration would come with their tables, and a later one may drop them."""

from collections.abc import Iterator

from bot.discovery.undeclared_models import UndeclaredModel
from bot.findings.facts import Facts
from bot.model import Finding, Where

CODE = "model-not-imported"
CODES = {CODE: "env.py does not import a model, so that its table gets no migration"}


def check(facts: Facts) -> Iterator[Finding]:
    for model in facts.undeclared_models:
        yield Finding(
            code=CODE,
            severity="error" if model.is_needed and not _is_written(facts, model) else "warning",
            title=f"The table {model.table} is not among the models that env.py imports",
            detail=f"{model.path} is changed and declares it, but {_without(facts)}.",
            advice=_advice(facts, model),
            where=Where(path=model.path, line=model.line),
        )


def _is_written(facts: Facts, model: UndeclaredModel) -> bool:
    """Whether a migration of the pull request's, which env.py's models do not contradict, does something with it."""
    tables = {difference.parent or difference.name for difference in facts.by_hand}
    return facts.head_tables == 0 and model.table in tables


def _without(facts: Facts) -> str:
    return "target_metadata has no table of that name" if facts.head_tables else "env.py hands no tables to Alembic"


def _advice(facts: Facts, model: UndeclaredModel) -> str:
    """An import helps where there are models; where `target_metadata` is None, they have to be handed over as well."""
    if model.is_imported and model.metadata:
        return f"Let env.py hand over `{model.metadata}` as well: `target_metadata` may be a list."
    if facts.head_tables:
        return f"Let env.py, or the package that it imports, have `import {model.module}`."
    if not model.metadata:
        return f"Let env.py set `target_metadata` to the `MetaData` that has this table of `{model.module}`."
    name = model.metadata.partition(".")[0]
    return f"Let env.py have `from {model.module} import {name}` and `target_metadata = {model.metadata}`."
