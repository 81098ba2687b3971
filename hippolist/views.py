"""placeholder"""
from django.http import HttpResponse
def _x(request, *a, **k): return HttpResponse("placeholder")
home = about = about_embed = embed = media = robots = sitemap = security_txt = bad_request = forbidden = not_found = broken = _x
