"""Links: which addresses lead to the same story."""

from urllib.parse import parse_qsl, urlencode, urlsplit

_TRACKING = ("utm_", "fbclid", "gclid", "mc_", "igshid", "ref_src", "cmpid", "ocid", "amp", "outputtype")
_HOSTS = ("www.", "m.", "mobile.", "amp.")
# Places where people tell their own sightings: such a source may say more than we publish.
OWN_ACCOUNTS = (
    "facebook.com",
    "instagram.com",
    "twitter.com",
    "x.com",
    "tiktok.com",
    "youtube.com",
    "youtu.be",
    "reddit.com",
    "flickr.com",
)
MAPS = ("google.com", "goo.gl", "maps.app.goo.gl", "openstreetmap.org", "osm.org", "what3words.com", "w3w.co", "bing.com", "maps.me")
OBSERVATIONS = ("inaturalist.org", "gbif.org", "ebird.org", "observation.org", "ispotnature.org")


def canonical(url: str) -> str:
    """One spelling for all addresses of a page: no scheme, mobile host, tracking parameter, AMP suffix or fragment.

    >>> canonical("http://m.example.org/a/?utm_source=x&id=2#top")
    'example.org/a?id=2'
    """
    parts = urlsplit(url.strip())
    host = (parts.hostname or "").lower()
    for prefix in _HOSTS:
        host = host.removeprefix(prefix)
    path = parts.path.rstrip("/").removesuffix("/amp").removesuffix(".amp")
    kept = [(key, value) for key, value in parse_qsl(parts.query) if not key.lower().startswith(_TRACKING)]
    query = f"?{urlencode(sorted(kept))}" if kept else ""
    return f"{host}{path}{query}"[:1000]


def host_of(url: str) -> str:
    return (urlsplit(url).hostname or "").lower().removeprefix("www.").removeprefix("m.")


def may_tell_more(url: str) -> bool:
    """Social media, observation sites and maps: not shown unless a moderator ticks it."""
    host = host_of(url)
    return any(host == site or host.endswith(f".{site}") for site in OWN_ACCOUNTS + OBSERVATIONS + MAPS)
