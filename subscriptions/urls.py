"""placeholder"""
from django.http import HttpResponse
from django.urls import path
app_name = "subscriptions"
def _x(request, *a, **k): return HttpResponse("placeholder")
urlpatterns = [path("x/subscriptions/", _x, name="x")]
