"""Chores of reports: what the worker does now and then."""

from . import intake

CHORES = {"sweep_uploads": (6 * 3600, intake.sweep)}
