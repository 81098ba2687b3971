from django.db import migrations


def look_at_photos(apps, schema_editor):
    """Photos that came before there were looks: eight keys for each that is not flat, as looks.keys made them."""
    Photo, Look = apps.get_model("sightings", "Photo"), apps.get_model("sightings", "Look")
    looks = []
    for pk, dhash in Photo.objects.filter(looks=None).values_list("pk", "dhash").iterator():
        if 10 <= int(dhash, 16).bit_count() < 55:
            looks += [Look(photo_id=pk, key=place * 256 + value) for place, value in enumerate(bytes.fromhex(dhash))]
        if len(looks) > 2000:
            Look.objects.bulk_create(looks)
            looks = []
    Look.objects.bulk_create(looks)


class Migration(migrations.Migration):

    dependencies = [
        ('sightings', '0005_from_the_field'),
    ]

    operations = [
        migrations.RunPython(look_at_photos, migrations.RunPython.noop),
    ]
