"""What all tests share: a fresh clock of caches, and no silent skip where everything must run."""

import os

import pytest


@pytest.fixture(autouse=True)
def english():
    """A test leaves no language behind for the next."""
    from django.utils import translation

    translation.activate("en")
    yield
    translation.activate("en")


def pytest_collection_modifyitems(config, items):
    """The slow stories start first, so that no core waits at the end; what asks no database runs on one of the two."""
    if os.environ.get("HIPPOLIST_DATABASE_URL"):
        config.hook.pytest_deselected(items=[item for item in items if not _may_ask(item)])
        items[:] = filter(_may_ask, items)
    items.sort(key=lambda item: 0 if item.get_closest_marker("browser") else 1 if item.get_closest_marker("journey") else 2)


def _may_ask(item) -> bool:
    """Whether a test reaches rows, here or in processes of its own; pytest-django keeps all others from them."""
    marked = any(item.get_closest_marker(name) for name in ("django_db", "journey", "browser"))
    return marked or not {"db", "transactional_db"}.isdisjoint(item.fixturenames)


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session, exitstatus):
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if os.environ.get("CI") and reporter and reporter.stats.get("skipped"):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter):
    if os.environ.get("CI") and terminalreporter.stats.get("skipped"):
        terminalreporter.write_line("Nothing may be left out here, but tests were skipped: see the lines above.", red=True)
