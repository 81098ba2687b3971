"""Links: which addresses lead to the same story."""

import re
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit

LONGEST = 1000
# Every printable letter of ASCII.
KEPT = "".join(map(chr, range(33, 127)))
# Names of parameters that say how somebody came, never which page it is.
_TRACKING = re.compile(
    r"(?:utm|mc|pk|mtm|piwik|matomo|hsa|hs|at|ns|oly|vero|amp|ga|fb|trk|wt)_.*|_(?:ga|gl|hsenc|hsmi|branch.*|openstat)"
    r"|(?:fb|g|d|tw|tt|y|ms|mk|gb|wb|s)(?:clid|raid)|ig(?:sh|shid)|mibextid|rdid|sfnsn|share(?:_id)?|smid|smtyp|spm|xtor|usqp"
    r"|cmp|cmpid|icid|ocid|ito|amp|ref_?(?:src|url)|referrer|recruiter|guccounter|guce_.*|__.*",
    re.IGNORECASE,
)
# Pairs that only ask for another dress of the same page.
_DRESS = re.compile(r"(?:outputtype|output|view|format)=(?:amp|mobile)|(?:m|mobile)=[01]|ref=[a-z_.-]*", re.IGNORECASE)
_HOST = re.compile(r"^(?:(?:www\d?|m|mobile|amp|touch)\.)+(?=[^.]+\.)|(?<=^[a-z]{2}\.)m\.(?=[^.]+\.)")
_SAME_HOST = {"twitter.com": "x.com", "youtu.be": "youtube.com", "youtube-nocookie.com": "youtube.com", "fb.com": "facebook.com"}
_SAME_HOST |= {f"{dress}.facebook.com": "facebook.com" for dress in ("web", "mbasic", "touch")}
_SAME_HOST |= {f"{dress}.reddit.com": "reddit.com" for dress in ("old", "new", "amp")}
# Addresses that carry another one: (how they begin, the parameter or the rest of the path that is meant).
_WRAPPED = re.compile(
    r"^(?:[^/]*\.)?(?:facebook\.com/l\.php\?(?:.*&)?u=(?P<a>[^&]+)|google\.[a-z.]+/url\?(?:.*&)?(?:q|url)=(?P<b>[^&]+)"
    r"|(?:google\.[a-z.]+|bing\.com)/amp/(?:s/)?(?P<c>.+)|cdn\.ampproject\.org/[a-z]/(?:s/)?(?P<d>.+)"
    r"|out\.reddit\.com/.*[?&]url=(?P<e>[^&]+)|web\.archive\.org/web/\d+[a-z_]*/(?P<f>.+))"
)
# Sites that name one thing by several paths.
_THINGS = [
    (
        re.compile(r"^youtube\.com/(?:watch\?(?:.*&)?v=|(?:shorts|live|embed|v)/|(?=[\w-]{11}(?:\?|$)))([\w-]+).*"),
        r"youtube.com/watch?v=\1",
    ),
    (re.compile(r"^x\.com/(?:.*/)?status(?:es)?/(\d+).*"), r"x.com/status/\1"),
    (re.compile(r"^instagram\.com/(?:[^/]+/)?(?:p|reel|reels|tv)/([\w-]+).*"), r"instagram.com/p/\1"),
    (re.compile(r"^facebook\.com/(?:watch/?\?(?:.*&)?v=|.+/videos/(?:[^/]+/)?|reel/)(\d+).*"), r"facebook.com/watch?v=\1"),
    (re.compile(r"^reddit\.com/(?:r/[^/]+/)?comments/(\w+).*"), r"reddit.com/comments/\1"),
    (re.compile(r"^tiktok\.com/(?:@[^/]+/video|v)/(\d+).*"), r"tiktok.com/video/\1"),
]
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
    """One spelling for all addresses of a page: no scheme, mobile host, tracking parameter, AMP dress or fragment.

    Parameters that name a page stay, so two stories never become one; what cannot be read stays as it is.

    >>> canonical("http://m.example.org/a/?utm_source=x&id=2#top")
    'example.org/a?id=2'
    """
    url = url.strip()[:LONGEST]
    try:
        address = _things(_spelled(_unwrapped(url)))
    except ValueError:
        address = url
    # ASCII alone: an index of PostgreSQL counts bytes, and takes no more than 2 704.
    return quote(address, safe=KEPT)[:LONGEST]


def _unwrapped(url: str) -> str:
    """The address inside a redirect, an AMP cache or an archive, with its scheme."""
    for _depth in range(3):
        bare = re.sub(r"^(?:https?:)?//", "", url, flags=re.IGNORECASE)
        match = _WRAPPED.match(bare)
        if not match:
            break
        inner = next(filter(None, match.groups()))
        url = unquote(inner) if inner == match["a"] or inner == match["b"] or inner == match["e"] else inner
    return f"https://{bare}" if not match else url


def _spelled(url: str) -> str:
    """Host, path and parameters in the one way we write them."""
    parts = urlsplit(url)
    host = _HOST.sub("", (parts.hostname or "").rstrip("."))
    host = _SAME_HOST.get(host, host).encode("idna").decode()
    port = f":{parts.port}" if parts.port not in {None, 80, 443} else ""
    path = quote(re.sub("%[0-9a-fA-F]{2}", _plain_percent, parts.path), safe="/%:@!$&'()*+,;=~")
    path = re.sub(r"//+", "/", re.sub(r"(?i);jsessionid=[^/]*", "", path))
    path = re.sub(r"/(?:index|default)\.(?:html?|php|aspx?)$|[/.]amp(?=\.html?$|/?$)|/amp(?=/)|^/mobile(?=/)", "", path).rstrip("/")
    pairs = parse_qsl(parts.query, keep_blank_values=True)
    kept = [(name, value) for name, value in pairs if not (_TRACKING.fullmatch(name) or _DRESS.fullmatch(f"{name}={value}"))]
    query = f"?{urlencode(sorted(kept))}" if kept else ""
    # A route of a page that is one script; every other fragment is a place on the page.
    route = f"#{parts.fragment.rstrip('/')}" if parts.fragment.startswith(("!", "/")) else ""
    return f"{host}{port}{path}{query}{route}"


def _plain_percent(match: re.Match[str]) -> str:
    letter = chr(int(match[0][1:], 16))
    return letter if re.match(r"[A-Za-z0-9._~-]", letter) else match[0].upper()


def _things(address: str) -> str:
    for pattern, name in _THINGS:
        if pattern.match(address):
            return pattern.sub(name, address)
    return address


def host_of(url: str) -> str:
    return (urlsplit(url).hostname or "").lower().removeprefix("www.").removeprefix("m.")


def may_tell_more(url: str) -> bool:
    """Social media, observation sites and maps: not shown unless a moderator ticks it."""
    host = host_of(url)
    return any(host == site or host.endswith(f".{site}") for site in OWN_ACCOUNTS + OBSERVATIONS + MAPS)
