"""What all tests of subscriptions take for granted."""

import pytest


@pytest.fixture(autouse=True)
def letters_go_out(settings):
    """With DEBUG letters count as sent, and /dev/mail/ shows them."""
    settings.DEBUG = True
