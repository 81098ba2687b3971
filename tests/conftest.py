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


def pytest_collection_modifyitems(items):
    """Real processes bring a database of their own; the slow stories start first, so that no core waits at the end."""
    items.sort(key=lambda item: 0 if item.get_closest_marker("browser") else 1 if item.get_closest_marker("journey") else 2)


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session, exitstatus):
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if os.environ.get("CI") and reporter and reporter.stats.get("skipped"):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter):
    if os.environ.get("CI") and terminalreporter.stats.get("skipped"):
        terminalreporter.write_line("Nothing may be left out here, but tests were skipped: see the lines above.", red=True)
