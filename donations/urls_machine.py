"""Files of donations: without language prefix."""

from django.urls import path

from . import views

urlpatterns = [path("donate/books.csv", views.books_csv, name="donations_books_csv")]
