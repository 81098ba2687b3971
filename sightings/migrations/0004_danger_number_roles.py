"""Leads keep the danger numbers."""

from django.db import migrations

from hippolist.roles import grant


class Migration(migrations.Migration):
    dependencies = [
        ("sightings", "0003_danger_numbers"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]
    operations = [grant("sightings", {"Lead": ["view_authority", "add_authority", "change_authority", "delete_authority"]})]
