"""Health: is this process alive, and is it ready for visitors?"""

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpResponse, JsonResponse

from .discovery import modules


def alive() -> HttpResponse:
    return HttpResponse("ok\n", content_type="text/plain", headers={"Cache-Control": "no-store"})


def ready() -> HttpResponse:
    """200 when every app's `readiness()` is content, else 503; never a private value."""
    problems = {name: words for module in modules("health") for name, words in module.readiness() if words}
    status = 503 if problems else 200
    return JsonResponse({"ready": not problems, "problems": problems}, status=status, headers={"Cache-Control": "no-store"})


def readiness() -> list[tuple[str, str]]:
    """Pairs of a name and what is wrong with it; the words are empty where all is well."""
    return [("database", _database()), ("data_folder", "" if settings.DATA_DIR.is_dir() else "is missing")]


def _database() -> str:
    try:
        executor = MigrationExecutor(connection)
        waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError:
        return "does not answer"
    return f"{len(waiting)} migrations wait: run manage.py migrate" if waiting else ""
