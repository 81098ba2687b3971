"""Pages of donations; they carry the language as a prefix."""

from django.urls import path

from . import views

app_name = "donations"
urlpatterns = [
    path("donate/", views.donate, name="donate"),
    path("donate/pledge/<str:code>/", views.pledge, name="pledge"),
    path("donate/thanks/", views.thanks, name="thanks"),
    path("donate/books/", views.books_page, name="books"),
]
