"""The app `sightings`."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SightingsConfig(AppConfig):
    name = "sightings"
    verbose_name = _("Sightings")
