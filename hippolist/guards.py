"""Guards: tables that only grow, held by the database itself on SQLite and PostgreSQL."""

from dataclasses import dataclass

from django.apps import apps
from django.db import connections


@dataclass(frozen=True)
class Guarded:
    table: str
    erasable: frozenset[str]
    set_once: frozenset[str]


GUARDED: dict[str, Guarded] = {}


def guard(table: str, *, erasable: list[str] | None = None, set_once: list[str] | None = None) -> None:
    """Forbid DELETE (rows marked demo apart) and every UPDATE of a table, but for two kinds of columns.

    `erasable` columns may change: erasure and redaction use them. `set_once` columns may be filled once, while NULL.
    Installed anew after each migrate, so call it in the models module of the table.
    """
    GUARDED[table] = Guarded(table, frozenset(erasable or ()), frozenset(set_once or ()))


def install(sender, using: str, **kwargs) -> None:
    """Lay the triggers of the app that was just migrated. May run any number of times."""
    connection = connections[using]
    existing = set(connection.introspection.table_names())
    lay = _lay_sqlite if connection.vendor == "sqlite" else _lay_postgresql
    for model in apps.get_app_config(sender.label).get_models():
        found = GUARDED.get(model._meta.db_table)
        if found and found.table in existing:
            columns = [str(field.column) for field in model._meta.concrete_fields]
            with connection.cursor() as cursor:
                lay(cursor, found, columns)


def _refusals(guarded: Guarded, columns: list[str], differs: str) -> str:
    """The SQL condition under which an UPDATE is refused; `differs` compares two values, NULL included."""
    unknown = (guarded.erasable | guarded.set_once) - set(columns)
    assert not unknown, f"{guarded.table} has no columns {unknown}"
    rules = []
    for column in columns:
        if column in guarded.erasable:
            continue
        changed = f'OLD."{column}" {differs} NEW."{column}"'
        filled = f'OLD."{column}" IS NOT NULL AND ' if column in guarded.set_once else ""
        rules.append(f"({filled}{changed})")
    return " OR ".join(rules)


def _lay_sqlite(cursor, guarded: Guarded, columns: list[str]) -> None:
    table, refused = guarded.table, _refusals(guarded, columns, "IS NOT")
    for event, condition in (("delete", "NOT OLD.demo"), ("update", refused)):
        cursor.execute(f'DROP TRIGGER IF EXISTS "{table}_no_{event}"')
        cursor.execute(
            f'CREATE TRIGGER "{table}_no_{event}" BEFORE {event.upper()} ON "{table}" WHEN {condition} '
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        )


def _lay_postgresql(cursor, guarded: Guarded, columns: list[str]) -> None:
    table, refused = guarded.table, _refusals(guarded, columns, "IS DISTINCT FROM")
    cursor.execute(
        f'CREATE OR REPLACE FUNCTION "{table}_guard"() RETURNS trigger AS $$ BEGIN '
        f"RAISE EXCEPTION '{table} is append-only' USING ERRCODE = 'check_violation'; END $$ LANGUAGE plpgsql"
    )
    for event, condition in (("delete", "NOT OLD.demo"), ("update", refused)):
        cursor.execute(f'DROP TRIGGER IF EXISTS "{table}_no_{event}" ON "{table}"')
        cursor.execute(
            f'CREATE TRIGGER "{table}_no_{event}" BEFORE {event.upper()} ON "{table}" FOR EACH ROW '
            f'WHEN ({condition}) EXECUTE FUNCTION "{table}_guard"()'
        )
