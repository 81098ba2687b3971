"""Chores of reports: what the worker does now and then."""

from . import intake, sweeping

HOUR = 3600
CHORES = {
    "sweep_uploads": (6 * HOUR, intake.sweep),
    "sweep_files": (24 * HOUR, sweeping.files),
    "drop_originals": (24 * HOUR, sweeping.originals),
}
