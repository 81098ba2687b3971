"""The desk: Django's admin with cards of what waits for the person who is logged in."""

from django.contrib.admin import AdminSite
from django.contrib.admin.apps import AdminConfig
from django.utils.functional import lazystr
from django.utils.translation import gettext_lazy as _

from .discovery import modules


class Desk(AdminSite):
    site_header = site_title = lazystr("Hippo List")
    index_title = _("What waits for you")
    site_url = "/"
    # The index is the way to everything; a second list of it beside each page only takes its room.
    enable_nav_sidebar = False

    def index(self, request, extra_context=None):
        cards = [card for module in modules("desk") for card in module.cards(request)]
        return super().index(request, {"desk_cards": cards, **(extra_context or {})})


class DeskConfig(AdminConfig):
    default_site = "hippolist.site.Desk"
