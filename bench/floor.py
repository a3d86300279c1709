"""What no product on this framework can beat: an empty view, and one row in a transaction of its own."""

from django.db import connection, transaction
from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_POST

from portal.http.same_origin import same_origin_form


def make_table():
    """Make the table that `insert` writes to; no key, no index."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE bench_floor (at varchar(32) NOT NULL, text text NOT NULL)")


def rows():
    """Return how many rows were inserted."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM bench_floor")
        return cursor.fetchone()[0]


def empty(request):
    """Answer with nothing to do."""
    return HttpResponse("empty")


@same_origin_form
@require_POST
def insert(request):
    """Store the text, with the middleware and the check for forgery that a comment has."""
    with transaction.atomic(), connection.cursor() as cursor:
        values = [timezone.now().isoformat(), request.POST["text"]]
        cursor.execute("INSERT INTO bench_floor (at, text) VALUES (%s, %s)", values)
    return HttpResponse("kept")
