"""Addresses of reports. All are pages, so all carry the language; the address of photos is called by the form itself."""

from django.urls import path

from . import views, views_mine, views_offline, views_script

app_name = "sightings"
urlpatterns = [
    path("report/", views.report, name="report"),
    path("report/photos/", views_script.photos, name="photos"),
    path("report/near.json", views_script.near, name="near"),
    path("report/saved/", views_offline.saved, name="saved"),
    path("report/sent/", views.sent, name="sent"),
    path("my-report/", views_mine.my_report_ask, name="my_report_ask"),
    path("my-report/<str:token>/", views_mine.my_report, name="my_report"),
    path("about/moderation/", views.about_moderation, name="moderation"),
]
