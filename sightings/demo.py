"""Demo: a dozen waiting reports of every kind."""

import json
import uuid
from datetime import date, time, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.base import ContentFile
from django.utils import timezone

from . import intake, territory
from .models import Photo, Report

DATA = Path(__file__).parent / "demo_data"
PICTURES = settings.BASE_DIR / "hippolist" / "demo_data" / "pictures"


def load(by) -> str:
    items = json.loads((DATA / "reports.json").read_text(encoding="utf-8"))
    for item in items:
        _report(item)
    return f"{len(items)} waiting reports"


def _report(item: dict[str, Any]) -> None:
    values = {name: item[name] for name in intake.COPIED}
    values["observed_time"] = time.fromisoformat(item["observed_time"]) if item["observed_time"] else None
    placed = item["latitude"] is not None
    sent_at = timezone.now() - timedelta(days=item["days_ago"], hours=3)
    report = Report.objects.create(
        **values,
        client_id=uuid.uuid4(),
        country_code=territory.country_of(item["latitude"], item["longitude"]) if placed else "",
        language=item.get("language", "en"),
        sent_at=sent_at,
        due_at=sent_at + timedelta(hours=settings.REVIEW_HOURS),
        demo=True,
    )
    for name in item["photos"]:
        drawing = ContentFile((PICTURES / f"{name}-1600.webp").read_bytes(), name=f"{name}.webp")
        intake.keep_photo(drawing, report.client_id)
    sources = [{**source, "date": date.fromisoformat(source["date"]) if source["date"] else None} for source in item["sources"]]
    intake.complete(report, sources)


def remove() -> str:
    reports = Report.objects.filter(demo=True)
    intake.remove_photos(Photo.objects.filter(report__in=reports))
    count = reports.count()
    reports.delete()
    return f"{count} reports"
