"""placeholder"""
from django.http import HttpResponse
def _x(request, *a, **k): return HttpResponse("placeholder")
list_page = entry_page = revision_page = _x


class EntryConverter:
    """HL-000042 in an address, 42 in the code."""

    regex = r"HL-\d{6,9}"

    def to_python(self, value: str) -> int:
        return int(value[3:])

    def to_url(self, value: int) -> str:
        return f"HL-{int(value):06}"
