"""Demo: three confirmed subscribers at addresses that belong to nobody; they are written to only where no letter leaves."""

from django.utils import timezone

from hippolist.models import Letter

from .models import WORDING, Announcement, Consent, Subscriber

PEOPLE = [("amani@example.org", "sw"), ("chloe@example.org", "fr"), ("sam@example.org", "en")]


def load(by) -> str:
    now = timezone.now()
    for email, language in PEOPLE:
        fields = {"language": language, "state": Subscriber.State.CONFIRMED, "confirmed_at": now, "demo": True}
        subscriber, made = Subscriber.objects.get_or_create(email=email, defaults=fields)
        if made:
            Consent.objects.create(subscriber=subscriber, wording=WORDING, page="demo", confirmed_at=now, demo=True)
    return f"{len(PEOPLE)} subscribers"


def remove() -> str:
    for announcement in Announcement.objects.filter(release__demo=True):
        Letter.objects.filter(kind="announcement", key__startswith=f"{announcement.pk}:").delete()
        announcement.delete()
    Consent.objects.filter(demo=True).delete()
    gone = Subscriber.objects.filter(demo=True).delete()[0]
    return f"{gone} subscribers"
