"""Chores: repeatable work for the worker. Every app's chores.py lists its own in CHORES."""

from . import brakes, outbox

HOUR = 3600
# name → (seconds between two runs, what to run). Each may run twice without harm.
CHORES = {"blank_old_letters": (HOUR, outbox.blank_old), "forget_networks": (HOUR, brakes.forget)}
