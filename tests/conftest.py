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
        once = [item for item in items if "tests/sightings/" in item.nodeid and not _asks(item)]
        config.hook.pytest_deselected(items=once)
        items[:] = [item for item in items if item not in set(once)]
    items.sort(key=lambda item: 0 if item.get_closest_marker("browser") else 1 if item.get_closest_marker("journey") else 2)


def _asks(item) -> bool:
    """Whether a test reads or writes rows."""
    return bool(item.get_closest_marker("django_db") or {"db", "transactional_db"} & {*item.fixturenames})


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session, exitstatus):
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if os.environ.get("CI") and reporter and reporter.stats.get("skipped"):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter):
    if os.environ.get("CI") and terminalreporter.stats.get("skipped"):
        terminalreporter.write_line("Nothing may be left out here, but tests were skipped: see the lines above.", red=True)
