"""Addresses of reports that carry no language: what scripts call."""

from django.urls import path

from . import views_offline, views_places

app_name = "machine"
urlpatterns = [
    path("sw.js", views_offline.worker, name="worker"),
    path("places.json", views_places.places, name="places"),
]
