"""placeholder"""
from django.http import HttpResponse
def _x(request, *a, **k): return HttpResponse("placeholder")
list_atom = releases_atom = list_csv = list_json = list_geojson = map_json = entry_json = _x
