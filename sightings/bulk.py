"""Bulk: verifying many plain reports at once, such as imported records."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from hippolist.models import Conflict
from hippolist.privacy import tells_too_much

from . import publishing
from .models import Finding, Report


def sort_out(reports: Iterable[Report]) -> tuple[list[Report], list[tuple[Report, str]]]:
    """Which reports may be verified without a closer look, and which not, each with the reason in words."""
    ready: list[Report] = []
    left: list[tuple[Report, str]] = []
    for report in reports:
        if why := why_not(report):
            left.append((report, why))
        else:
            ready.append(report)
    return ready, left


def why_not(report: Report) -> str:
    """Why a person must look at this report; nothing where none must."""
    if report.state != Report.State.WAITING:
        return _("It does not wait any more.")
    if not report.is_imported or publishing.is_sensitive(report.kind, report.species):
        return _("A person looks at this kind of report one by one.")
    doubts = [finding.words for finding in report.findings.all() if finding.severity == Finding.Severity.WARN]
    if doubts:
        return " ".join(doubts)
    sources = [f"{source.title} {source.url}" for source in publishing.sources_to_show(report)]
    if found := tells_too_much("\n".join([report.place, report.story, *sources])):
        return _("The text holds %s.") % "; ".join(found)
    return ""


def verify(reports: Iterable[Report], *, by) -> int:
    """Verify each with its drafted text; photos are not published in bulk. How many reached the list."""
    done = 0
    for report in reports:
        sources = [publishing.cited(source) for source in publishing.sources_to_show(report)]
        public = publishing.draft(report) | {"sources": sources, "checked": publishing.taken_over_words()}
        try:
            report.verify(by=by, public=public)
        except Conflict:
            continue  # Somebody decided it while this ran: theirs stands.
        done += 1
    return done
