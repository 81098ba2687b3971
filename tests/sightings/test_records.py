"""Importing: rows of other people's lists come in once, and what is bad is named."""

import io

import pytest
from django.core.management import CommandError, call_command

from hippolist.models import Entry
from sightings import records
from sightings.models import Report
from tests.factories import make_user

HEADER = (
    "occurrenceID,gbifID,references,scientificName,decimalLatitude,decimalLongitude,eventDate,countryCode,locality,individualCount,license"
)
GOOD = "https://example.org/1,,,Hippopotamus amphibius,-13.0987,31.7876,2024-02-11,ZM,Mfuwe,3,CC_BY_4_0"


def write(tmp_path, *lines, header=HEADER, encoding="utf-8"):
    path = tmp_path / "records.csv"
    path.write_text("\n".join([header, *lines]), encoding=encoding)
    return str(path)


def run(path, **options):
    out, err = io.StringIO(), io.StringIO()
    call_command("import_reports", path, stdout=out, stderr=err, **options)
    return out.getvalue(), err.getvalue()


@pytest.mark.django_db
def test_a_second_run_adds_nothing(tmp_path):
    path = write(tmp_path, GOOD, ",77,,Hippopotamus amphibius,,,,ZM,,,", ",,https://example.org/r,,,,2020,ZM,,,", GOOD)
    assert "3 added, 1 were there already, 0 bad" in run(path)[0]
    assert "0 added, 4 were there already, 0 bad" in run(path)[0]
    report = Report.objects.get(occurrence_id="https://example.org/1")
    assert (report.count, report.observed_on, report.license) == (3, "2024-02-11", "https://creativecommons.org/licenses/by/4.0/")
    assert report.references == "https://example.org/1"
    assert {finding.check_id for finding in report.findings.all()} == {"country"}


@pytest.mark.django_db
def test_a_dry_run_changes_nothing(tmp_path):
    out, _err = run(write(tmp_path, GOOD), dry_run=True, as_entries=True)
    assert "1 would be added" in out
    assert not Report.objects.exists()


@pytest.mark.django_db
def test_bad_rows_are_named_by_line_and_reason_and_the_others_taken(tmp_path):
    bad = {
        ",,,Hippopotamus amphibius,1,2,,,,,": "has no occurrenceID",
        "a,,,Panthera leo,1,2,,,,,": "is no hippo",
        "b,,,,north,2,,,,,": "no numbers",
        "c,,,,99,2,,,,,": "off the earth",
        "d,,,,,,,,,,": "has no place",
        "e,,,,1,2,2024-02-31,,,,": "does not exist",
        "f,,,,1,2,2124-01-01,,,,": "outside 1800",
        "g,,,,1,2,,XX,,,": "unknown countryCode",
        "h,,,,1,2,,,,many,": "no whole number",
        "i,,,,nan,2,,,,,": "off the earth",
    }
    out, err = run(write(tmp_path, *bad, GOOD))
    assert "1 added, 0 were there already, 10 bad" in out
    for line, reason in zip(err.splitlines(), bad.values(), strict=True):
        assert reason in line
    assert [line.split()[1] for line in err.splitlines()] == [str(n) for n in range(2, 12)]


@pytest.mark.django_db
def test_as_entries_lists_what_raises_no_doubt_and_names_what_does(tmp_path):
    make_user("lead", "Lead")
    norway = "n,,,Hippopotamus amphibius,60.8,10.7,,NO,,,CC0"
    out, err = run(write(tmp_path, GOOD, norway), as_entries=True, by="lead")
    assert "2 added, 0 were there already, 0 bad, 1 on the list" in out
    assert "occurrenceID:n waits for a closer look" in err
    entry = Entry.objects.get()
    assert (str(entry.decimal_latitude), entry.country_code, entry.license) == (
        "-13.10",
        "ZM",
        "https://creativecommons.org/licenses/by/4.0/",
    )


@pytest.mark.django_db
def test_as_entries_without_a_moderator_says_that_nobody_looked(tmp_path):
    run(write(tmp_path, GOOD), as_entries=True)
    assert "did not look at it" in Entry.objects.get().checked
    with pytest.raises(CommandError, match="Nobody active"):
        run(write(tmp_path, GOOD.replace("/1", "/2")), as_entries=True, by="nobody")


@pytest.mark.django_db
def test_a_missing_file_and_another_encoding_are_told_in_words(tmp_path):
    with pytest.raises(CommandError, match="no file"):
        run(str(tmp_path / "none.csv"))
    with pytest.raises(CommandError, match="not UTF-8"):
        run(write(tmp_path, GOOD.replace("Mfuwe", "Bafatá"), encoding="latin-1"))


@pytest.mark.django_db
def test_a_stray_quotation_mark_loses_only_what_stands_behind_it(tmp_path):
    stray = 'x,,,Hippopotamus amphibius,1,2,,,"' + "y" * 200_000
    out, err = run(write(tmp_path, GOOD, stray))
    assert "1 added, 0 were there already, 1 bad" in out
    assert "from line 3" in err


@pytest.mark.django_db
def test_a_report_that_names_the_page_of_an_imported_record_is_noticed(tmp_path, client):
    from tests.factories import report_form

    run(write(tmp_path, GOOD))
    client.post("/report/", report_form(how_known="read", source_url="http://www.example.org/1/"))
    assert Report.objects.latest("pk").findings.get(check_id="same_link").severity == "question"


@pytest.mark.django_db
def test_tabs_semicolons_and_a_byte_order_mark_are_fine(tmp_path):
    for mark, key in ((";", "s"), ("\t", "t")):
        path = write(tmp_path, GOOD.replace("/1,", f"/{key},").replace(",", mark), header=HEADER.replace(",", mark), encoding="utf-8-sig")
        assert "1 added" in run(path)[0]


def row(**cells):
    return records.read(2, {"occurrenceID": "x", "countryCode": "ZM", **cells}).values


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2024-02-11", (2024, 2, 11)),
        ("2024-02-11T12:19:00Z", (2024, 2, 11)),
        ("2024-02", (2024, 2, None)),
        ("2024", (2024, None, None)),
        ("2024-02-11/2024-02-13", (2024, 2, None)),
        ("2024-02-11/2024-03-01", (2024, None, None)),
        ("2019-12-30/2020-01-02", (None, None, None)),
        ("2020-00-05", (2020, None, None)),
        ("", (None, None, None)),
    ],
)
def test_dates_are_taken_as_exact_as_they_are(text, day):
    values = row(eventDate=text)
    assert (values["observed_year"], values["observed_month"], values["observed_day"]) == day


def test_year_month_and_day_columns_serve_where_there_is_no_event_date():
    values = row(year="2023", month="7", day="9")
    assert (values["observed_year"], values["observed_month"], values["observed_day"]) == (2023, 7, 9)
    values = row(year="2020", month="", day="5")
    assert (values["observed_year"], values["observed_month"], values["observed_day"]) == (2020, None, None)


def test_the_uncertainty_of_a_record_is_kept_in_metres():
    assert row(coordinateUncertaintyInMeters="122.0")["uncertainty_in_meters"] == 122
    with pytest.raises(records.BadRow, match="metres"):
        row(coordinateUncertaintyInMeters="far")


def test_the_pygmy_hippo_is_known_by_both_its_names():
    assert row(scientificName="Hexaprotodon liberiensis")["species"] == "choeropsis_liberiensis"
    assert row(scientificName="Choeropsis liberiensis (Morton, 1849)")["species"] == "choeropsis_liberiensis"
    assert row()["species"] == row(scientificName="Hippopotamidae")["species"] == "unknown"
