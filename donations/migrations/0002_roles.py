"""The treasurer's role: confirms gifts, runs campaigns, writes down spending; changes and deletes nothing of the ledger."""

from django.db import migrations

from hippolist.roles import grant

TREASURER = ["view_gift", "receive_gift", "view_campaign", "add_campaign", "change_campaign", "view_movement", "add_movement"]


class Migration(migrations.Migration):
    dependencies = [
        ("donations", "0001_initial"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]
    operations = [grant("donations", {"Treasurer": TREASURER})]
