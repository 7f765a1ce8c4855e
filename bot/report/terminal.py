"""The report for people at a terminal; plain text where output goes into a file or a log.

In: a report and its views. Out: text on a console. Nothing of the project's can move the cursor.
"""

from collections.abc import Mapping

from rich.console import Console, RenderableType
from rich.rule import Rule
from rich.syntax import Syntax
from rich.text import Text

from bot.model import Difference, Project, Report
from bot.report import headline, phrases, questions
from bot.report.deploying import deploy
from bot.report.objects import ObjectDiff, objects
from bot.report.steps import steps
from bot.report.text import first_line, plain, shortened
from bot.report.views import Views

_STYLES = {"unchanged": "dim", "proven": "green", "warning": "yellow", "failed": "red", "error": "red"}
_MARKS = {"error": "✗", "warning": "!", "notice": "·"}
_MOST = 40  # differences that are listed


class _Page:
    """Writes blocks one below the other."""

    def __init__(self, console: Console) -> None:
        self.console = console

    def line(self, text: str = "", style: str = "") -> None:
        self.console.print(Text(plain(text), style=style), soft_wrap=True, highlight=False)

    def title(self, text: str) -> None:
        self.line()
        self.line(text, "bold")

    def block(self, text: str, language: str, indent: int = 2) -> None:
        """Source text: in colours on a terminal, as it is elsewhere."""
        shown = "\n".join(" " * indent + line if line else "" for line in plain(text).rstrip("\n").split("\n"))
        if self.console.is_terminal:
            made: RenderableType = Syntax(shown, language, theme="ansi_dark", background_color="default")
            self.console.print(made, soft_wrap=True)
        else:
            self.console.print(shown, markup=False, highlight=False, soft_wrap=True)


def show(report: Report, views: Mapping[str, Views], console: Console) -> None:
    """Print the whole report."""
    page = _Page(console)
    if len(report.projects) != 1:
        page.line(f"{headline.emoji(report)} {headline.headline(report)}", f"bold {_STYLES[report.status]}")
    for project in report.projects:
        if len(report.projects) > 1:
            page.line()
            console.print(Rule(Text(plain(project.label))) if console.is_terminal else plain(f"--- {project.label}"))
        _project(page, project, views.get(project.label))
    spent = report.seconds.get("total")
    if spent is not None:
        head = report.head[:12] if report.head else "the working tree"
        page.line()
        page.line(f"base {report.base[:12]}, head {head}, {spent:.1f} s", "dim")


def _project(page: _Page, project: Project, views: Views | None) -> None:
    page.line(
        f"{headline.emoji_of(project)} {project.label}: {headline.project_headline(project)}",
        f"bold {_STYLES[project.status]}",
    )
    if project.error is not None:
        if project.error.message.strip() != first_line(project.error.message):  # else the verdict has said it
            page.block(shortened(project.error.message, 4_000), "text")
        if project.error.log_tail:
            page.block(shortened(project.error.log_tail, 6_000), "text", 4)
        if project.error.advice:
            page.line(f"  {project.error.advice}", "bold")
    _decisions(page, project)
    for migration in phrases.generated(project):
        page.title(f"Generated: {migration.path}")
        page.block(migration.source, "python")
    if views is not None and views.history:
        page.title(f"History (base is at {', '.join(project.heads.base) or 'no revision yet'})")
        for text in views.history:
            page.line(f"  {text}")
        if not views.history[-1].startswith("<base>"):
            page.line("  …")
    for table in objects(project, views):
        _table(page, table)
    _round_trip(page, project)
    _differences(page, "Not as the models declare", project.residual)
    _deploy(page, project)
    _findings(page, project)


def _decisions(page: _Page, project: Project) -> None:
    if not project.decisions:
        return
    page.title("Decisions")
    for waits in questions.waiting(project):
        page.line(f"  {'?' if waits.is_open else '~'} {waits.question} {waits.note}".rstrip(), "yellow")
        for offered in waits.answers:
            page.line(f"      {offered.words} {offered.option}")
    for decision in questions.settled(project):
        page.line(f"  ✓ {decision.kind} {decision.subject} → {decision.answer or 'nothing'}")


def _table(page: _Page, table: ObjectDiff) -> None:
    if table.action == "changed" and table.before:
        page.title(f"{table.title} before")
        page.block(table.before, "text")
        page.title(f"{table.title} after")
        page.block(table.after, "text")
        return
    page.title(f"{table.title} {table.action}")
    page.block(table.after or table.before or table.diff, "text" if table.after or table.before else "diff")


def _round_trip(page: _Page, project: Project) -> None:
    made = steps(project)
    if not made:
        return
    rows = project.round_trip.rows
    page.title(f"Round trip, {headline.rows_in_words(rows)}")
    widths = max(len(step.name) for step in made), max(len(step.way) for step in made)
    for step in made:
        mark = "✓" if step.ok else "✗"
        text = f"  {mark} {step.name:<{widths[0]}}  {step.way:<{widths[1]}}  {step.seconds:6.2f} s  {step.text}"
        page.line(text, "green" if step.ok else "red")
        if step.error:
            page.block(shortened(step.error, 4_000), "text", 6)
    for lost in rows.lost:
        place = f"{lost.table}.{lost.column}" if lost.column else lost.table
        page.line(f"  ✗ {lost.rows} {'values' if lost.column else 'rows'} of {place} gone after the {lost.step}", "red")


def _differences(page: _Page, title: str, differences: list[Difference]) -> None:
    if not differences:
        return
    page.title(title)
    for difference in differences[:_MOST]:
        name = phrases.name_of(difference.schema, difference.parent, difference.name)
        page.line(f"  {phrases.kind_of(difference)} {name} {phrases.STANDING[difference.action]}")
    if len(differences) > _MOST:
        page.line(f"  … and {len(differences) - _MOST} more")


def _deploy(page: _Page, project: Project) -> None:
    view = deploy(project)
    if view is None:
        return
    page.title("Deploy")
    page.line(f"  while the application is in use? {view.noon}")
    for lock in view.locks:
        page.line(f"      {lock}")
    if view.times:
        page.line(f"  how long? {view.times[0]}")
        for text in view.times[1:]:
            page.line(f"      {text}")
    if view.order:
        page.line(f"  what first? {view.order}")
        for use in view.uses:
            page.line(f"      {use}")


def _findings(page: _Page, project: Project) -> None:
    if not project.findings:
        return
    page.title("Findings")
    for finding in project.findings:
        where = f" ({finding.where.path}:{finding.where.line or 1})" if finding.where else ""
        style = {"error": "red", "warning": "yellow", "notice": ""}[finding.severity]
        page.line(f"  {_MARKS[finding.severity]} {finding.title}{where}", style)
        if finding.code in ("mended", "safer-form"):
            page.block(finding.detail, "diff", 6)
        elif finding.detail:
            page.line(f"      {shortened(finding.detail, 600)}")
        if finding.advice:
            page.line(f"      {finding.advice}")
