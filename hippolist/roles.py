"""Roles: groups that migrations make, so that every installation knows the same four."""

from collections.abc import Mapping, Sequence

from django.db.migrations import RunPython


def grant(label: str, roles: Mapping[str, Sequence[str]]) -> RunPython:
    """A migration step: roles of the team and the permissions (`view_report`) that each gets in one app."""

    def give(apps, schema_editor) -> None:
        from django.apps import apps as current
        from django.contrib.auth.management import create_permissions

        # Django makes permissions only after all migrations; here they are needed now.
        create_permissions(current.get_app_config(label), apps=current, using=schema_editor.connection.alias, verbosity=0)
        group_model, permission_model = apps.get_model("auth", "Group"), apps.get_model("auth", "Permission")
        for role, names in roles.items():
            group, _ = group_model.objects.get_or_create(name=role)
            found = permission_model.objects.filter(content_type__app_label=label, codename__in=names)
            missing = set(names) - set(found.values_list("codename", flat=True))
            assert not missing, f"{label} has no permissions {missing}"
            group.permissions.add(*found)

    return RunPython(give, RunPython.noop, elidable=False)
