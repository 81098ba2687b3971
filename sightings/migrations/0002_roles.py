"""The roles of those who check reports: a Lead may do all that a Moderator may."""

from django.db import migrations

from hippolist.roles import grant

DECIDE = ["view_report", "change_report"]


class Migration(migrations.Migration):
    dependencies = [
        ("sightings", "0001_initial"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]
    operations = [grant("sightings", {"Moderator": DECIDE, "Lead": DECIDE})]
