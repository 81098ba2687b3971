"""placeholder"""
from django.http import HttpResponse
def _x(request, *a, **k): return HttpResponse("placeholder")
releases_page = release_page = release_list = release_entry = changes_page = release_file = changes_data = _x


class ReleaseConverter:
    """2026.11, or 2026.11.1 for a second one in that month."""

    regex = r"\d{4}\.\d{2}(?:\.\d{1,3})?"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return str(value)
