"""Links that were stored before get the one spelling that new ones have, so that both are known as the same story."""

from django.db import migrations

from sightings.links import canonical

BATCH = 500


def respell(apps, schema_editor):
    links, last = apps.get_model("sightings", "SourceLink").objects.order_by("pk"), 0
    while batch := list(links.filter(pk__gt=last).only("url", "canonical")[:BATCH]):
        last = batch[-1].pk
        changed = [link for link in batch if link.url and link.canonical != canonical(link.url)]
        for link in changed:
            link.canonical = canonical(link.url)
        links.bulk_update(changed, ["canonical"])


class Migration(migrations.Migration):
    dependencies = [("sightings", "0006_looks")]
    operations = [migrations.RunPython(respell, migrations.RunPython.noop)]
