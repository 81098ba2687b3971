"""Addresses that mail programs call: without language prefix."""
from django.urls import path
urlpatterns: list = []
