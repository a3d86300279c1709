"""PDF/UA reports: the query in words, counts, and a random sample of texts."""

from array import array
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

import numpy as np
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from portal.models import Agency
from search.desk import results
from search.desk.chart import chart
from search.engines.configured import get_engine
from search.exports import contents
from search.exports.glyphs import MISSING_GLYPH, printable_text
from search.index.documents import PUBLIC
from search.language.query import Query, SearchResult
from search.models import Export

REPORT_SAMPLE_SIZE = 30
REPORT_CSS = Path(__file__).parent / "report.css"
CHART_URL = "chart:months"


class SampledText(NamedTuple):
    """One text of the sample, with its facts in one line."""

    reference: str
    about: str
    language: str
    title: str
    text: str


def report_pdf(export: Export, query: Query, result: SearchResult, *, note: contents.NoteText) -> Iterator[bytes]:
    """Yield the PDF; the revisions of the sampled texts are passed to ``note``.

    A report is passed on, so its sample is drawn from the public texts only; its numbers count all.
    """
    context = report_context(export, query, result)
    public = public_ids(query)
    sampled = draw_sample(public, export.seed)
    context |= {"public": len(public), "sample": read_sample(sampled, context["names"], note)}
    page = render_to_string("search/report.html", context)
    yield render_pdf(printable_text(page), chart_svg(context["chart"]))


def report_context(export: Export, query: Query, result: SearchResult) -> dict:
    """Return the template context without the sample."""
    names = results.label_values(query, result)
    ticked = query.filters.get("month", ())
    months = tuple((month, count) for month, count in result.months if not ticked or month in ticked)
    return {
        "export": export,
        "agency": Agency.objects.only("name").first() or Agency(),
        "language": get_language(),
        "as_of": timezone.localtime(export.as_of),
        "result": result,
        "names": names,
        "chart": chart(months, ticked),
        "chart_address": CHART_URL,
        "months": [(names["month"][month], count) for month, count in months],
        "facets": report_facets(query, result, names),
        "most": REPORT_SAMPLE_SIZE,
        "missing": MISSING_GLYPH,
    }


def report_facets(query: Query, result: SearchResult, names: results.ValueLabels) -> list[results.Facet]:
    """Return the facets with the values that the reported submissions have: of a ticked one, no other values."""
    facets = (facet for facet in results.build_facets(query, result, names) if facet.name != "month")
    own = (replace(facet, choices=values_of(facet, query), more=()) for facet in facets)
    return [facet for facet in own if facet.choices]


def values_of(facet: results.Facet, query: Query) -> tuple[results.FacetChoice, ...]:
    """Return the ticked values of a facet, all where none is ticked; without those that nothing has."""
    ticked = query.filters.get(facet.name, ())
    return tuple(each for each in (*facet.choices, *facet.more) if each.count and (not ticked or each.ticked))


def public_ids(query: Query) -> array:
    """Return the ids of the public texts of a result."""
    visible = [each for each in (query.scope or {})["visibility"] if each == PUBLIC]
    return array("q", get_engine().iterate(replace(query, scope={"visibility": tuple(visible)})))


def draw_sample(ids: array, seed: int, size: int = REPORT_SAMPLE_SIZE) -> list[int]:
    """Return ``size`` random ids; the result depends on the set of ids and the seed, not on their order."""
    ordered: Any = np.sort(np.frombuffer(ids, dtype=np.int64)) if ids else []
    places = Random(seed).sample(range(len(ordered)), min(size, len(ordered)))  # noqa: S311 - to be drawn again
    return [int(ordered[place]) for place in places]


def read_sample(ids: list[int], names: results.ValueLabels, note: contents.NoteText) -> list[SampledText]:
    """Return the sampled texts that are still public."""
    found = contents.export_rows((PUBLIC,), ids, note=note)
    return [_text(dict(zip(contents.EXPORT_COLUMNS, row, strict=True)), names) for row in found]


def _text(row: dict, names: results.ValueLabels) -> SampledText:
    facts = [
        names["kind"].get(row["kind"], row["kind"]),
        row["consultation"] or _("No consultation"),
        f"{row['received_at']:%-d %B %Y}",
        names["channel"].get(row["channel"], row["channel"]),
        names["status"].get(row["status"], row["status"]),
    ]
    return SampledText(row["reference"], " · ".join(facts), row["language"], row["title"], row["text"])


def chart_svg(bars) -> str:
    """Return the chart as an SVG document; empty without a chart."""
    return render_to_string("search/report_chart.svg", {"chart": bars}) if bars else ""


def render_pdf(html: str, picture: str) -> bytes:
    """Return the PDF of the page; the URL fetcher serves nothing but the chart."""
    from weasyprint import CSS, HTML
    from weasyprint.urls import URLFetcher, URLFetcherResponse

    class ChartOnly(URLFetcher):
        def fetch(self, url, headers=None):
            if url != CHART_URL:
                raise ValueError(f"A report fetches nothing: {url}")
            return URLFetcherResponse(url, picture.encode(), {"Content-Type": "image/svg+xml"})

    page = HTML(string=html, url_fetcher=ChartOnly(allowed_protocols=()), base_url=None)
    return page.write_pdf(stylesheets=[CSS(filename=REPORT_CSS)], pdf_variant="pdf/ua-1")
