"""The tables of the published list, and of the work that the whole site shares."""

from .brakes import Salt, Tally
from .entries import Conflict, Entry, Picture, Revision, Situation
from .letters import Chore, Letter
from .releases import Release, ReleaseFile

__all__ = ["Chore", "Conflict", "Entry", "Letter", "Picture", "Release", "ReleaseFile", "Revision", "Salt", "Situation", "Tally"]
