from django.db import migrations

from hippolist.roles import grant

ROLES = {
    "Lead": ["view_subscriber", "view_consent", "view_announcement"],
    "Editor": ["view_announcement", "add_announcement"],
}


class Migration(migrations.Migration):
    dependencies = [("subscriptions", "0001_initial"), ("auth", "0012_alter_user_first_name_max_length"), ("contenttypes", "0002_remove_content_type_name")]
    operations = [grant("subscriptions", ROLES)]
