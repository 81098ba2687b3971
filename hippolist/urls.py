"""The whole site on one screen. Pages carry the language as a prefix; data, media, tokens for machines and the admin do not."""

from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import include, path, register_converter
from django.views.i18n import set_language

from . import dev, views, views_data, views_list, views_releases

register_converter(views_list.EntryConverter, "entry")
register_converter(views_releases.ReleaseConverter, "release")

pages = [
    path("", views.home, name="home"),
    path("list/", views_list.list_page, name="list"),
    path("list/<entry:pk>/", views_list.entry_page, name="entry"),
    path("list/<entry:pk>/r<int:number>/", views_list.revision_page, name="revision"),
    path("releases/", views_releases.releases_page, name="releases"),
    path("releases/<release:number>/", views_releases.release_page, name="release"),
    path("releases/<release:number>/list/", views_releases.release_list, name="release_list"),
    path("releases/<release:number>/<entry:pk>/", views_releases.release_entry, name="release_entry"),
    path("releases/<release:number>/changes/", views_releases.changes_page, name="changes"),
    path("about/", views.about, name="about"),
    path("about/method/", views.about, {"page": "method"}, name="method"),
    path("about/privacy/", views.about, {"page": "privacy"}, name="privacy"),
    path("about/accessibility/", views.about, {"page": "accessibility"}, name="accessibility"),
    path("about/contact/", views.about, {"page": "contact"}, name="contact"),
    path("about/embed/", views.about_embed, name="about_embed"),
    path("embed/", views.embed, name="embed"),
    path("list.atom", views_data.list_atom, name="list_atom"),
    path("releases.atom", views_data.releases_atom, name="releases_atom"),
]
data = [
    path("list.csv", views_data.list_csv, name="list_csv"),
    path("list.json", views_data.list_json, name="list_json"),
    path("list.geojson", views_data.list_geojson, name="list_geojson"),
    path("list/map.json", views_data.map_json, name="map_json"),
    path("list/<entry:pk>.json", views_data.entry_json, name="entry_json"),
    path("releases/<release:number>/files/<str:name>", views_releases.release_file, name="release_file"),
    path("releases/<release:number>/changes.<str:kind>", views_releases.changes_data, name="changes_data"),
    path("media/<str:name>", views.media, name="media"),
    path("robots.txt", views.robots, name="robots"),
    path("sitemap.xml", views.sitemap, name="sitemap"),
    path(".well-known/security.txt", views.security_txt, name="security_txt"),
]

urlpatterns = [
    # A name of its own: within one of these answers, hippolist:home would else be looked for here.
    path("", include((data, "data"))),
    path("", include("sightings.urls_machine")),
    path("", include("subscriptions.urls_machine")),
    path("", include("donations.urls_machine")),
    path("admin/language/", set_language, name="set_language"),
    path("admin/", admin.site.urls),
    *i18n_patterns(
        path("", include((pages, "hippolist"))),
        path("", include("sightings.urls")),
        path("", include("subscriptions.urls")),
        path("", include("donations.urls")),
        prefix_default_language=False,
    ),
]
if settings.DEBUG:
    urlpatterns += [path("dev/", include((dev.urlpatterns, "dev")))]

handler400 = "hippolist.views.bad_request"
handler403 = "hippolist.views.forbidden"
handler404 = "hippolist.views.not_found"
handler500 = "hippolist.views.broken"
