"""A text to be checked, and what comes back of it."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from server.checking.records import TEXT_CHARS
from server.web.schemas.answers import CitationOut
from server.web.schemas.examples import EXAMPLE_ANSWER

CheckText = Annotated[
    str, StringConstraints(strict=True, min_length=1, max_length=TEXT_CHARS, pattern=r"\S")
]
EXAMPLE_TEXT = "“33618”里的18，是指18个“新星”产业集群。重庆的低空制造类企业有118家。"


class CheckBody(BaseModel):
    """A text, and the sources that it is checked against: all of them by default."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"text": EXAMPLE_TEXT}]}
    )

    text: CheckText
    sources: list[Annotated[str, StringConstraints(strict=True, max_length=1024)]] = Field(
        default_factory=list, max_length=1000, description="Check against these sources only."
    )
    stream: bool = Field(False, strict=True, description="Answer as server-sent events.")


class DifferingOut(BaseModel):
    """What a claim says where the articles say ``value``; ``published`` is that article's day."""

    said: str
    value: str
    citation: int
    published: str | None


class CheckedClaimOut(BaseModel):
    """``[start, end)`` of the text, in Unicode code points.

    ``full``: borne out. ``partial``: but for what is ``missing``. ``contradicted``: the articles say
    what ``differing`` holds. ``none``: they do not say it. ``opinion``: left alone, for the reason
    that ``aside`` gives. ``foreign``: in another language than the articles; its figures were compared,
    its words were not.
    """

    text: str
    start: int
    end: int
    verdict: Literal["full", "partial", "contradicted", "none", "opinion"]
    missing: list[str]
    citations: list[int]
    differing: list[DifferingOut]
    aside: Literal["", "opinion", "question", "heading", "greeting"]
    foreign: bool


class CheckOut(BaseModel):
    """Every claim of a text in its order, and what they cite."""

    claims: list[CheckedClaimOut]
    citations: list[CitationOut]
    counts: dict[str, int]
    timings_ms: dict[str, float]


_QUOTE = (
    "截至今年2月初，全市低空制造类企业达106家，新增2家市级企业技术中心、3家专精特新“小巨人”企业"
)
EXAMPLE_CHECK: dict[str, Any] = {
    "claims": [
        {
            "text": "“33618”里的18，是指18个“新星”产业集群。",
            "start": 0,
            "end": 25,
            "verdict": "full",
            "missing": [],
            "citations": [1],
            "differing": [],
            "aside": "",
            "foreign": False,
        },
        {
            "text": "重庆的低空制造类企业有118家。",
            "start": 25,
            "end": 41,
            "verdict": "contradicted",
            "missing": ["118家"],
            "citations": [2],
            "differing": [{"said": "118家", "value": "106家", "citation": 2, "published": None}],
            "aside": "",
            "foreign": False,
        },
    ],
    "citations": [
        EXAMPLE_ANSWER["citations"][0],
        EXAMPLE_ANSWER["citations"][0] | {"number": 2, "start": 914, "end": 960, "quote": _QUOTE},
    ],
    "counts": {"full": 1, "partial": 0, "contradicted": 1, "none": 0, "opinion": 0},
    "timings_ms": {"total": 212.4},
}
EXAMPLE_CHECK_STREAM = (
    'event: citation\ndata: {"number": 1, "source": "...", ...}\nid: 1\n\n'
    'event: claim\ndata: {"text": "...", "verdict": "full", "citations": [1], ..., "at": 1, "total": 2}\n'
    "id: 2\n\n"
    'event: done\ndata: {"claims": [...], "citations": [...], ...}\nid: 5\n\n'
)
