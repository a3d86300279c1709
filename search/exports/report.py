"""A result as a report to read: the question in words, the counts, and some texts drawn by lot; tagged for PDF/UA."""

from array import array
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import NamedTuple

import numpy as np
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from portal.models import Agency
from search.desk import results
from search.desk.chart import chart
from search.exports import contents
from search.exports.glyphs import MISSING, showable
from search.language.query import Query, Result
from search.models import Export

SAMPLE = 30
STYLE = Path(__file__).parent / "report.css"
CHART = "chart:months"


class Text(NamedTuple):
    """One text of the sample, with what is said about it."""

    reference: str
    about: str
    language: str
    title: str
    text: str


def pdf(export: Export, query: Query, result: Result, ids: array, *, note: contents.Note) -> Iterator[bytes]:
    """Set the report; the ids of the texts in it are noted."""
    context = told(export, query, result)
    context["sample"] = sample(query, drawn(ids, export.seed), context["names"], note)
    page = render_to_string("search/report.html", context)
    yield set_in_type(showable(page), drawing(context["chart"]))


def told(export: Export, query: Query, result: Result) -> dict:
    """Return what the report says beside the sample."""
    names = results.labels(query, result)
    return {
        "export": export,
        "agency": Agency.objects.only("name").first() or Agency(),
        "language": get_language(),
        "as_of": timezone.localtime(export.as_of),
        "result": result,
        "names": names,
        "chart": chart(result.months, query.filters.get("month", ())),
        "chart_address": CHART,
        "months": [(names["month"][month], count) for month, count in result.months],
        "facets": [facet for facet in results.facets(query, result, names) if facet.name != "month" and facet.choices],
        "most": SAMPLE,
        "missing": MISSING,
    }


def drawn(ids: array, seed: int, size: int = SAMPLE) -> list[int]:
    """Draw some ids by lot; the same ids and the same seed give the same sample, whatever order they come in."""
    ordered = np.sort(np.frombuffer(ids, dtype=np.int64)) if ids else []
    places = Random(seed).sample(range(len(ordered)), min(size, len(ordered)))  # noqa: S311 - to be drawn again
    return [int(ordered[place]) for place in places]


def sample(query: Query, ids: list[int], names: results.Labels, note: contents.Note) -> list[Text]:
    """Read the texts that were drawn, less what may no longer be seen."""
    scope = (query.must or {})["visibility"]
    found = contents.rows(scope, ids, note=note)
    return [_text(dict(zip(contents.COLUMNS, row, strict=True)), names) for row in found]


def _text(row: dict, names: results.Labels) -> Text:
    facts = [
        names["kind"].get(row["kind"], row["kind"]),
        row["consultation"] or _("No consultation"),
        f"{row['received_at']:%-d %B %Y}",
        names["channel"].get(row["channel"], row["channel"]),
        names["status"].get(row["status"], row["status"]),
    ]
    return Text(row["reference"], " · ".join(facts), row["language"], row["title"], row["text"])


def drawing(bars) -> str:
    """Return the chart as a picture of its own."""
    return render_to_string("search/report_chart.svg", {"chart": bars}) if bars else ""


def set_in_type(html: str, picture: str) -> bytes:
    """Make the PDF; nothing but the chart is ever fetched."""
    from weasyprint import CSS, HTML
    from weasyprint.urls import URLFetcher, URLFetcherResponse

    class ChartOnly(URLFetcher):
        def fetch(self, url, headers=None):
            if url != CHART:
                raise ValueError(f"A report fetches nothing: {url}")
            return URLFetcherResponse(url, picture.encode(), {"Content-Type": "image/svg+xml"})

    page = HTML(string=html, url_fetcher=ChartOnly(allowed_protocols=()), base_url=None)
    return page.write_pdf(stylesheets=[CSS(filename=STYLE)], pdf_variant="pdf/ua-1")
