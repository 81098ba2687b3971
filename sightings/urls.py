"""placeholder"""
from django.http import HttpResponse
from django.urls import path
app_name = "sightings"
def _x(request, *a, **k): return HttpResponse("placeholder")
urlpatterns = [path("report/", _x, name="report"), path("report/sent/", _x, name="sent"), path("report/photos/", _x, name="photos"), path("my-report/", _x, name="my_report_ask"), path("my-report/<str:token>/", _x, name="my_report"), path("about/moderation/", _x, name="moderation")]
