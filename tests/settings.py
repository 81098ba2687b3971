"""Settings for tests: the one settings file, in the environment of a newcomer, with a data folder of its own."""

import os
import tempfile

os.environ.setdefault("HIPPOLIST_DEBUG", "on")
# Each worker of xdist inherits the environment of the one that started it, and must not share its files; its children may.
_worker = os.environ.get("PYTEST_XDIST_WORKER", "alone")
if os.environ.get("HIPPOLIST_TEST_WORKER") != _worker:
    os.environ["HIPPOLIST_TEST_WORKER"] = _worker
    os.environ["HIPPOLIST_DATA_DIR"] = tempfile.mkdtemp(prefix="hippolist-")
# One key for all workers: tokens stand in the names of tests.
os.environ.setdefault("HIPPOLIST_LINK_KEY", "for the tests alone, " * 3)
os.environ.setdefault("HIPPOLIST_SITE_URL", "http://testserver")
# All tests come from one network; those of the brakes turn them on.
os.environ.setdefault("HIPPOLIST_LIMITS", "off")
os.environ.setdefault("HIPPOLIST_CONTACT_EMAIL", "team@example.org")
os.environ.setdefault("HIPPOLIST_BANK_HOLDER", "Friends of Hippo List")
os.environ.setdefault("HIPPOLIST_BANK_IBAN", "DE02120300000000202051")
os.environ.setdefault("HIPPOLIST_BANK_BIC", "BYLADEM1001")

from hippolist.settings import *  # noqa: E402, F403

# Hashing passwords is not what tests wait for.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
