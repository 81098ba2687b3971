"""Vocabulary: the values that fields may have. Field terms follow Darwin Core; shipped values never change meaning."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Kind(TextChoices):
    SIGHTING = "sighting", _("Sighting")
    ENCOUNTER = "encounter", _("Close encounter")
    INJURY = "injury", _("Person injured")
    DEATH = "death", _("Person killed")
    DEAD_ANIMAL = "dead_animal", _("Dead hippo")
    POACHING = "poaching", _("Poaching worry")
    CAPTIVE = "captive", _("Captive hippo")
    OTHER = "other", _("Something else")


class Species(TextChoices):
    COMMON = "hippopotamus_amphibius", _("Common hippo")
    PYGMY = "choeropsis_liberiensis", _("Pygmy hippo")
    UNKNOWN = "unknown", _("Not sure which hippo")

    @property
    def scientific_name(self) -> str:
        names = {"hippopotamus_amphibius": "Hippopotamus amphibius", "choeropsis_liberiensis": "Choeropsis liberiensis"}
        return names.get(self.value, "")


class HowKnown(TextChoices):
    SAW = "saw", _("I saw it myself")
    TOLD = "told", _("Somebody told me")
    READ = "read", _("I read about it")


class LifeStage(TextChoices):
    UNKNOWN = "unknown", pgettext_lazy("life stage", "Unknown")
    ADULT = "adult", _("Adult")
    JUVENILE = "juvenile", _("Young")
    BOTH = "both", _("Adults and young")


class Condition(TextChoices):
    UNKNOWN = "unknown", pgettext_lazy("condition of the animal", "Unknown")
    WELL = "well", _("Looks well")
    INJURED = "injured", _("Injured")
    DEAD = "dead", _("Dead")


class Grid(TextChoices):
    """The decimal grid that a public place is rounded to, in degrees (Chapman 2020)."""

    FINE = "0.01", _("0.01 degree, about 1 km")
    MEDIUM = "0.1", _("0.1 degree, about 10 km")
    COARSE = "1", _("1 degree, about 100 km")
    NONE = "none", _("No place shown, country only")

    @property
    def rank(self) -> int:
        """0 is the finest."""
        return list(Grid).index(self)


class Change(TextChoices):
    NEW = "new", pgettext_lazy("change", "New")
    CORRECTED = "corrected", _("Corrected")
    COARSENED = "coarsened", _("Place made coarser")
    MERGED = "merged", _("Merged into another entry")
    SPLIT = "split", _("Split from another entry")
    WITHDRAWN = "withdrawn", pgettext_lazy("change", "Withdrawn")
    REDACTED = "redacted", _("Redacted")
    RESTORED = "restored", _("Restored")
    CHECKED = "checked", _("Checked and correct")
