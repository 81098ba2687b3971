"""Who mends entries, who settles letters, and the editor's role: prepares and publishes releases."""

from django.db import migrations

from hippolist.roles import grant

MEND = ["view_entry", "change_entry", "view_picture"]
LETTERS = ["view_letter", "change_letter"]
RELEASES = ["view_release", "add_release", "change_release", "delete_release", "publish_release"]


class Migration(migrations.Migration):
    dependencies = [
        ("hippolist", "0001_initial"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]
    operations = [
        grant(
            "hippolist",
            {"Moderator": MEND, "Lead": [*MEND, *LETTERS, "view_release"], "Editor": [*MEND, *LETTERS, *RELEASES]},
        )
    ]
