"""Addresses of subscribers' pages, with the language as a prefix. All that changes state is a POST."""

from django.urls import path

from . import views

app_name = "subscriptions"
urlpatterns = [
    path("subscribe/", views.subscribe, name="subscribe"),
    path("subscribe/confirm/<str:token>/", views.confirm, name="confirm"),
    path("subscribe/settings/<str:token>/", views.settings_page, name="settings"),
]
