"""Settings: everything the site is told from outside, each also as <NAME>_FILE."""

import contextlib
import os
import secrets
import sys
from datetime import timedelta
from email.utils import parseaddr
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent


def env(name: str, default: str = "") -> str:
    """The value of an environment variable, or of the file that <NAME>_FILE names."""
    if path := os.environ.get(f"{name}_FILE"):
        return Path(path).read_text(encoding="utf-8").strip() or default
    return os.environ.get(name, "").strip() or default


def switch(name: str, default: str) -> bool:
    return env(name, default).lower() in {"1", "on", "true", "yes"}


def number(name: str, default: int) -> int:
    value = env(name, str(default))
    if not value.isdecimal():
        raise ImproperlyConfigured(f"{name} is “{value}”. Give a whole number, for example {default}.")
    return int(value)


def kept_secret(path: Path) -> str:
    """A secret that is made once and then stays in the data folder. Two processes that start at once share one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    made = path.with_suffix(f".{os.getpid()}")
    if not path.exists():
        made.touch(mode=0o600)
        made.write_text(secrets.token_urlsafe(48), encoding="ascii")
        with contextlib.suppress(FileExistsError):
            os.link(made, path)
        made.unlink()
    return path.read_text(encoding="ascii").strip()


DEBUG = switch("HIPPOLIST_DEBUG", "off")
DATA_DIR = Path(env("HIPPOLIST_DATA_DIR", "./data")).resolve()
SECRET_KEY = env("HIPPOLIST_SECRET_KEY")
if not SECRET_KEY and DEBUG:
    SECRET_KEY = kept_secret(DATA_DIR / "secret.key")
if not SECRET_KEY:
    raise ImproperlyConfigured(
        "HIPPOLIST_SECRET_KEY is not set. To try Hippo List on this machine, type make run, "
        "or set HIPPOLIST_SECRET_KEY to a long random text to run it for others (see README.md, Going live)."
    )
SECRET_KEY_FALLBACKS = env("HIPPOLIST_SECRET_KEY_FALLBACKS").split()
LINK_KEY = env("HIPPOLIST_LINK_KEY") or kept_secret(DATA_DIR / "link.key")

# Where the site stands
SITE_URL = env("HIPPOLIST_SITE_URL", "http://127.0.0.1:8000").rstrip("/")
_site = urlsplit(SITE_URL)
HTTPS = _site.scheme == "https"
ALLOWED_HOSTS = [_site.hostname or "127.0.0.1"] + (["localhost", "127.0.0.1"] if DEBUG else [])
CSRF_TRUSTED_ORIGINS = [f"{_site.scheme}://{_site.netloc}"]
TRUSTED_PROXIES = number("HIPPOLIST_TRUSTED_PROXIES", 0)
if TRUSTED_PROXIES:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SITE_NAME = env("HIPPOLIST_NAME", "Hippo List")
ORGANISATION = env("HIPPOLIST_ORGANISATION")
CONTACT_EMAIL = env("HIPPOLIST_CONTACT_EMAIL")
SECURITY_CONTACT = env("HIPPOLIST_SECURITY_CONTACT")
DATA_LICENSE = env("HIPPOLIST_DATA_LICENSE", "by")
if DATA_LICENSE not in {"cc0", "by", "by-nc"}:
    raise ImproperlyConfigured(f"HIPPOLIST_DATA_LICENSE is “{DATA_LICENSE}”. Choose cc0, by or by-nc.")
REVIEW_HOURS = number("HIPPOLIST_REVIEW_HOURS", 48)
KEEP_ORIGINALS_DAYS = number("HIPPOLIST_KEEP_ORIGINALS_DAYS", 90)
HEIC = switch("HIPPOLIST_HEIC", "on")
OFFLINE = switch("HIPPOLIST_OFFLINE", "on")
LIMITS = switch("HIPPOLIST_LIMITS", "on") or not DEBUG

# Who is where in the code
OUR_APPS = ["hippolist", "sightings", "subscriptions", "donations"]
# What the sitemap names beside the list: hippolist itself knows no page of a sibling.
PAGES_OF_APPS = ["sightings:report", "sightings:moderation", "subscriptions:subscribe", "donations:donate", "donations:books"]
INSTALLED_APPS = [
    *OUR_APPS,
    "hippolist.site.DeskConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "crispy_forms",
    "crispy_bootstrap5",
    "csp",
]
MIDDLEWARE = [
    "hippolist.middleware.ProxyMiddleware",
    "hippolist.middleware.HealthMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "hippolist.middleware.CompressionMiddleware",
    "django.middleware.http.ConditionalGetMiddleware",
    "hippolist.middleware.HeadersMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "hippolist.middleware.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
]
ROOT_URLCONF = "hippolist.urls"
WSGI_APPLICATION = "hippolist.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "hippolist.context.site",
            ],
        },
    }
]
CRISPY_ALLOWED_TEMPLATE_PACKS = CRISPY_TEMPLATE_PACK = "bootstrap5"
CRISPY_FAIL_SILENTLY = False
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"


# Where things are kept
def database(url: str) -> dict:
    """Django's settings for `postgres://user:pass@host:port/name?option=…`, or for SQLite in the data folder."""
    if not url:
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": DATA_DIR / "hippolist.sqlite3",
            "OPTIONS": {
                # Writers wait their turn instead of failing; a power cut loses nothing acknowledged.
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": "PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL;",
            },
        }
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"}:
        raise ImproperlyConfigured("HIPPOLIST_DATABASE_URL must start with postgres://, or be left out for SQLite.")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path[1:]),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": parts.port or "",
        "OPTIONS": {key: values[0] for key, values in parse_qs(parts.query).items()},
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
    }


DATABASES = {"default": database(env("HIPPOLIST_DATABASE_URL"))}
STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STATICFILES_DIRS = [BASE_DIR / "static"]
WHITENOISE_ALLOW_ALL_ORIGINS = False
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = DEBUG
_static = "django.contrib.staticfiles.storage.StaticFilesStorage" if DEBUG else "whitenoise.storage.CompressedManifestStaticFilesStorage"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": DATA_DIR / "private"}},
    "public": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": DATA_DIR / "public"}},
    "staticfiles": {"BACKEND": _static},
}
FILE_UPLOAD_HANDLERS = ["hippolist.uploads.QuotaUploadHandler"]
FILE_UPLOAD_PERMISSIONS = 0o600
# In a folder of their own, so that what a killed process left there can be swept.
FILE_UPLOAD_TEMP_DIR = DATA_DIR / "uploads"
with contextlib.suppress(OSError):
    FILE_UPLOAD_TEMP_DIR.mkdir(mode=0o700, parents=True, exist_ok=True)
DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000_000
DATA_UPLOAD_MAX_NUMBER_FILES = 100

# Language and time
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("fr", "Français"), ("pt", "Português"), ("es", "Español"), ("sw", "Kiswahili")]
# The second holds what Django's own Swahili and Portuguese lack. Its name is no language's, so makemessages never fills it.
LOCALE_PATHS = [BASE_DIR / "locale", BASE_DIR / "locale" / "_django"]
FORMAT_MODULE_PATH = "hippolist.formats"
USE_I18N = USE_TZ = True
TIME_ZONE = "UTC"

# Mail
EMAIL_URL = env("HIPPOLIST_EMAIL_URL")
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env("HIPPOLIST_EMAIL_FROM") or CONTACT_EMAIL or "hippolist@localhost"
BOUNCE_ADDRESS = env("HIPPOLIST_BOUNCE_ADDRESS")
EMAIL_BACKEND = "hippolist.smtp.Backend"
if EMAIL_URL:
    _mail = urlsplit(EMAIL_URL)
    if _mail.scheme not in {"smtp", "smtps"} or not _mail.hostname:
        raise ImproperlyConfigured("HIPPOLIST_EMAIL_URL must look like smtp://user:password@host:587.")
    EMAIL_HOST, EMAIL_PORT = _mail.hostname, _mail.port or (465 if _mail.scheme == "smtps" else 587)
    EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = unquote(_mail.username or ""), unquote(_mail.password or "")
    EMAIL_USE_SSL = _mail.scheme == "smtps"
    EMAIL_TIMEOUT = 20
    if "@" not in parseaddr(DEFAULT_FROM_EMAIL)[1]:
        raise ImproperlyConfigured("HIPPOLIST_EMAIL_FROM must hold an address, for example list@example.org.")

# Money
BANK = {name: env(f"HIPPOLIST_BANK_{name.upper()}") for name in ("holder", "iban", "bic", "details")}
CURRENCIES = env("HIPPOLIST_CURRENCIES", "EUR").upper().replace(",", " ").split()
MIN_GIFT, MAX_GIFT = number("HIPPOLIST_MIN_GIFT", 2), number("HIPPOLIST_MAX_GIFT", 10_000)

# Safety
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "admin:login"
SECURE_SSL_REDIRECT = SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_NAME = "__Host-sessionid" if HTTPS else "sessionid"
CSRF_COOKIE_NAME = "__Host-csrftoken" if HTTPS else "csrftoken"
SESSION_COOKIE_AGE = int(timedelta(hours=8).total_seconds())
CSRF_COOKIE_HTTPONLY = True
SECURE_HSTS_SECONDS = int(timedelta(days=365).total_seconds()) if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
# Who may frame a page is said by the policy's frame-ancestors; X-Frame-Options cannot make an exception for partners.
SILENCED_SYSTEM_CHECKS = ["security.W002"]
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "worker-src": [SELF],
        "frame-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"tokens": {"()": "hippolist.logs.WithoutTokens"}},
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["tokens"], "stream": sys.stderr}},
    "root": {"handlers": ["console"], "level": "INFO"},
    # A token in an address is a key: Django's own 4xx lines would write it down.
    "loggers": {"django.request": {"level": "ERROR"}, "django.security.csrf": {"level": "ERROR"}},
}
