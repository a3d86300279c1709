"""What a report prints, which is passed on: public texts only, and numbers of the result only."""

import re
from datetime import UTC, datetime

import pytest
from django.http import QueryDict
from django.template.loader import render_to_string

from consultations.models import Status
from search.access.scope import scope_query
from search.desk import results
from search.desk.forms import DeskForm
from search.exports import report
from search.exports.contents import ignore_text
from tests.factories import ConsultationFactory, export_of
from tests.search.submissions import submission

pytestmark = pytest.mark.django_db


@pytest.fixture
def printed(officer):
    """Return a function that returns the page of a report, as HTML."""

    def write(question=""):
        export = export_of(officer, "csv", question)
        query = scope_query(officer, query_of(question))
        result = results.run_query(query)
        context = report.report_context(export, query, result)
        public = report.public_ids(query)
        sample = report.read_sample(report.draw_sample(public, export.seed), context["names"], ignore_text)
        return render_to_string("search/report.html", context | {"public": len(public), "sample": sample})

    return write


def query_of(question):
    form = DeskForm(QueryDict(question))
    assert form.is_valid()
    return form.to_query()


def texts_in(page):
    return re.findall(r'<p class="text"[^>]*>(.*?)</p>', page)


def test_a_report_prints_no_text_that_is_not_public(printed, consultation):
    submission(consultation, "Public words")
    submission(consultation, "Refused words", status=Status.REFUSED)
    submission(consultation, "Held words", status=Status.HELD)

    everything, refused = printed(), printed("status=refused")

    assert (texts_in(everything), texts_in(refused)) == (["Public words"], [])
    assert "1 of the 1 texts that are public" in everything
    assert "<dt>Received</dt><dd>3</dd>" in everything


def test_a_report_names_nothing_that_was_not_asked_for(printed, consultation):
    other = ConsultationFactory(title="Another matter")
    submission(consultation, received_at=datetime(2026, 11, 5, tzinfo=UTC), channel="paper")
    submission(other, received_at=datetime(2026, 10, 5, tzinfo=UTC), channel="email")

    page = printed(f"consultation={consultation.pk}&month=2026-11&month=2026-12")

    assert consultation.title in page
    assert "Another matter" not in page
    assert "October 2026" not in page.partition("How this report")[0]
    assert "E-mail" not in page
