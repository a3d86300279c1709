"""The form of what programs are given."""

from datetime import datetime
from typing import Literal

from ninja import Schema
from pydantic import Field, create_model

from consultations.models import Channel, State
from consultations.modes.table import kinds, open_data_modes

Slug = r"^[-a-zA-Z0-9_]+$"
Reference = r"^[0-9A-Za-z]{4}-[0-9A-Za-z]{4}$"
Language = r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$"


OpenDataKind = Literal[tuple(kind.key for kind in kinds() if kind.in_open_data)]
Counts = create_model(
    "Counts",
    __base__=Schema,
    __doc__="How many took part in public.",
    **{mode.key: (int, Field(description=mode.counted)) for mode in open_data_modes()},
    people=(int, Field(description="people who wrote them; whoever left no trace counts as one each")),
)


class Consultation(Schema):
    """A question that the agency puts to everybody."""

    slug: str = Field(description="names the consultation in addresses")
    title: str
    summary: str = Field(description="what is proposed, who decides and what can change")
    state: State = Field(description="where it stands now")
    text_version: int = Field(description="the number of the newest version of its text")
    opens_at: datetime
    closes_at: datetime
    counts: Counts
    address: str = Field(description="the page for people")
    submissions: str = Field(description="where its texts are in this interface")


class Consultations(Schema):
    """One page of consultations, the one that closes last first."""

    consultations: list[Consultation]
    next: str | None = Field(description="the address of the next page, with its cursor; null on the last one")


class PublicSubmission(Schema):
    """One public text, exactly as the public pages show it."""

    reference: str = Field(description="names the text for good, such as 7F3K-9QXM")
    kind: OpenDataKind
    consultation: str = Field(description="the slug of the consultation")
    parent: str | None = Field(description="the reference of the text that this one answers; that one may be gone")
    passage: str = Field(description="the heading of the part of the text that it is about, as it was then, or nothing")
    text_version: int | None = Field(
        description="the number of the version of the text that its author had read, or null"
    )
    title: str = Field(description="the title of an idea, or nothing")
    text: str
    redacted: bool = Field(description="whether a moderator took passages out")
    redaction: str = Field(description="why, as readers are told, or nothing")
    edited: bool = Field(description="whether its author changed it")
    language: str = Field(description="guessed by a program, as a code such as en, or nothing")
    channel: Channel = Field(description="how it reached the agency")
    received_at: datetime
    author_name: str = Field(description="the name that its author chose to show, or nothing")
    by_staff: bool = Field(description="whether its author works for the agency")
    official: str = Field(description="role and unit of the person who speaks for the agency with it, or nothing")
    support_count: int
    figures: dict[str, int] = Field(
        description="further figures of its kind by name: agree, disagree and pass of a statement, once it is closed;"
        " accepted, accepted_in_part and declined of a suggestion that was answered, one of them 1"
    )
    reply_count: int = Field(description="public replies")
    address: str = Field(description="the page for people")


class Submissions(Schema):
    """One page of texts, newest first."""

    submissions: list[PublicSubmission]
    next: str | None = Field(description="the address of the next page, with its cursor; null on the last one")
