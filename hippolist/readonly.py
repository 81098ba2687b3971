"""Read-only: admin pages of rows that people look at, and neither add nor delete."""

from django.contrib import admin
from django.http import HttpRequest


class KeptForEver(admin.ModelAdmin):
    """Rows that people neither add nor delete here."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj=None) -> bool:
        return False


class ReadOnly(KeptForEver):
    def has_change_permission(self, request: HttpRequest, obj=None) -> bool:
        return False
