"""Addresses of reports. All are pages, so all carry the language; the address of photos is called by the form itself."""

from django.urls import path

from . import views

app_name = "sightings"
urlpatterns = [
    path("report/", views.report, name="report"),
    path("report/photos/", views.photos, name="photos"),
    path("report/sent/", views.sent, name="sent"),
    path("my-report/", views.my_report_ask, name="my_report_ask"),
    path("my-report/<str:token>/", views.my_report, name="my_report"),
    path("about/moderation/", views.about_moderation, name="moderation"),
]
