"""Does everything speak all five languages: Django's own words, dates, numbers, sums, plurals and the names of countries?"""

from datetime import date, datetime
from pathlib import Path

import django
import pytest
from babel.messages.pofile import read_po
from django import forms
from django.apps import apps
from django.conf import settings
from django.utils import formats, translation
from django.utils.translation import gettext, ngettext, pgettext, trans_real

from donations import money
from hippolist import countries
from hippolist.languages import locale
from hippolist.models import Entry
from hippolist.templatetags import hippo
from hippolist.vocabulary import Change
from sightings.models import Report
from subscriptions.models import Subscriber

DAY = datetime(2026, 11, 3, 15, 5)  # noqa: DTZ001  (only its form matters)
OTHERS = [code for code, _name in settings.LANGUAGES if code != "en"]
every_language = pytest.mark.parametrize("language", [code for code, _name in settings.LANGUAGES])
every_other = pytest.mark.parametrize("language", OTHERS)


def foreign_catalogues(domain: str) -> list[Path]:
    """The English catalogues of Django and of every package that is installed."""
    folders = [
        Path(django.__file__).parent / "conf",
        *(Path(app.path) for app in apps.get_app_configs() if app.name not in settings.OUR_APPS),
    ]
    return [po for folder in folders if (po := folder / "locale" / "en" / "LC_MESSAGES" / f"{domain}.po").exists()]


def missing(po: Path, words) -> list[str]:
    """The texts of an English catalogue that have none in `words`, in each of their plural forms."""
    with po.open("rb") as file:
        messages = [message for message in read_po(file) if message.id]
    keys = []
    for message in messages:
        one = message.id if isinstance(message.id, str) else message.id[0]
        key = f"{message.context}\x04{one}" if message.context else one
        keys += [key] if isinstance(message.id, str) else [(key, 0), (key, 1)]
    return [key for key in keys if not (key in words and str(words[key]).strip())]


@every_other
def test_djangos_own_words_are_there(language):
    found = foreign_catalogues("django")
    assert len(found) > 3
    words = trans_real.translation(language)._catalog
    assert {po.parts[-5]: lacks for po in found if (lacks := missing(po, words))} == {}


@every_other
def test_the_words_of_the_admins_calendar_are_there(language):
    [po] = foreign_catalogues("djangojs")
    words = trans_real.DjangoTranslation(language, domain="djangojs", localedirs=[po.parents[2]])._catalog
    assert missing(po, words) == []


def test_what_we_say_better_than_django_is_what_people_read():
    with translation.override("sw"):
        # Django says here that it failed.
        assert gettext("Password change successful") == "Nenosiri limebadilishwa"
        assert ngettext("%(num)d hour", "%(num)d hours", 3) % {"num": 3} == "saa 3"


def test_dates_of_the_admin_are_written_as_in_hippo_country():
    told = {"en": ("3 November 2026", "3 November 2026, 15:05", "15:05"), "sw": ("3 Novemba 2026", "3 Novemba 2026, 15:05", "15:05")}
    for language, words in told.items():
        with translation.override(language):
            assert tuple(formats.date_format(DAY, kind) for kind in ("DATE_FORMAT", "DATETIME_FORMAT", "TIME_FORMAT")) == words
            assert formats.date_format(DAY, "SHORT_DATE_FORMAT") == "03/11/2026"
            assert formats.get_format("FIRST_DAY_OF_WEEK") == 1


@every_language
def test_the_admin_and_the_pages_write_every_day_alike(language):
    with translation.override(language):
        for month in range(1, 13):
            day = date(2026, month, 3)
            assert formats.date_format(day) == hippo.longdate(day)


@every_language
def test_a_date_that_is_typed_is_never_read_as_month_before_day(language):
    with translation.override(language):
        read = forms.DateField().to_python
        assert read("2026-11-03") == read("03/11/2026") == date(2026, 11, 3)


@pytest.mark.parametrize("language", ["en", "sw"])
def test_the_admins_calendar_types_dates_that_no_country_misreads(language):
    with translation.override(language):
        assert formats.get_format("DATE_INPUT_FORMATS")[0] == "%Y-%m-%d"
        assert formats.get_format("DATETIME_INPUT_FORMATS")[0] == "%Y-%m-%d %H:%M:%S"


@pytest.mark.parametrize("language", ["en", "sw"])
def test_numbers_are_grouped_by_comma_and_only_where_asked(language):
    with translation.override(language):
        assert formats.number_format(1234567.5) == "1234567.5"
        assert formats.number_format(1234567.5, force_grouping=True) == hippo.number(1234567.5) == "1,234,567.5"


def test_numbers_of_the_pages_follow_the_language():
    numbers = {}
    for language in ["en", *OTHERS]:
        with translation.override(language):
            numbers[language] = hippo.number(12345.5)
    assert numbers == {"en": "12,345.5", "fr": "12\u202f345,5", "pt": "12\u00a0345,5", "es": "12.345,5", "sw": "12,345.5"}


@pytest.mark.parametrize(
    ("language", "euro", "shilling"),
    [
        ("en", "€1,234.50", "KES\u00a01,234.50"),
        ("fr", "1\u202f234,50\u00a0€", "1\u202f234,50\u00a0KES"),
        ("pt", "1\u00a0234,50\u00a0€", "1\u00a0234,50\u00a0KES"),
        ("es", "1.234,50\u00a0€", "1.234,50\u00a0KES"),
        ("sw", "€\u00a01,234.50", "Ksh\u00a01,234.50"),
    ],
)
def test_sums_are_written_as_the_language_writes_them(language, euro, shilling):
    assert money.format_money(123450, "EUR", language) == euro
    assert money.format_money(123450, "KES", language) == shilling


@every_language
def test_plurals_are_those_of_the_language(language):
    """CLDR knows: French says `0 hippopotame`, Swahili `viboko 0`."""
    rule = locale(language).plural_form
    with translation.override(language):
        one, many = (ngettext("%d hippo seen", "%d hippos seen", count) for count in (1, 2))
        assert one != many
        for count in (0, 1, 2, 5, 21, 100):
            assert ngettext("%d hippo seen", "%d hippos seen", count) == (one if rule(count) == "one" else many), count


@every_other
def test_every_country_has_a_name(language):
    names = {code: countries.name(code, language) for code in countries.HIPPO_COUNTRIES}
    assert len(set(names.values())) == len(countries.HIPPO_COUNTRIES) > 40
    assert [code for code, name in names.items() if name == code] == []
    assert {code for code, _name in countries.choices(language)} >= {code for code, _name in countries.choices("en")}


def test_countries_are_named_as_their_neighbours_name_them():
    assert countries.name("CD", "fr") == "Congo-Kinshasa"
    assert countries.name("KE", "pt") == "Quénia"
    assert countries.name("SS", "es") == "Sudán del Sur"
    assert countries.name("MZ", "sw") == "Msumbiji"
    assert countries.name("CI", "en") == "Côte d’Ivoire"


@every_other
def test_one_english_word_may_be_two_words(language):
    """A report that we asked about is not a time at which somebody asked."""
    with translation.override(language):
        assert Report.State.ASKED.label != Subscriber._meta.get_field("asked_at").verbose_name
        assert Change.WITHDRAWN.label != Entry.State.WITHDRAWN.label
        assert pgettext("life stage", "Unknown") != "Unknown"
