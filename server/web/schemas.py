"""The bodies of the API, with their bounds and examples; pydantic lives here and in settings."""

from __future__ import annotations

from typing import Annotated, Any, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from server.records import Question, Turn

QUESTION_CHARS = 2000
ANSWER_CHARS = 20_000
HISTORY_TURNS = 50
TOP_K = 50

QuestionText = Annotated[
    str,
    StringConstraints(strict=True, strip_whitespace=True, min_length=1, max_length=QUESTION_CHARS),
]
ConversationId = Annotated[str, StringConstraints(strict=True, pattern=r"^[A-Za-z0-9_-]{1,64}$")]

Title = Annotated[
    str, StringConstraints(strict=True, strip_whitespace=True, min_length=1, max_length=80)
]

#: Why an answer is no good; the words are in the catalogue under ``feedback.<reason>``.
Reason = Literal["wrong", "citation", "incomplete", "should_refuse", "should_answer", "other"]
REASONS: tuple[str, ...] = get_args(Reason)

EXAMPLE_QUESTION = "重庆“33618”里的18指什么？"


class HistoryTurn(BaseModel):
    """One earlier question and its answer."""

    model_config = ConfigDict(extra="forbid")

    question: QuestionText
    answer: str = Field("", strict=True, max_length=ANSWER_CHARS)


class AskBody(BaseModel):
    """A question and the bounds within which to answer it."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"question": EXAMPLE_QUESTION}]}
    )

    question: QuestionText
    conversation_id: ConversationId | None = Field(
        None, description="The server remembers the turns of a conversation; omit to start one."
    )
    history: list[HistoryTurn] | None = Field(
        None, max_length=HISTORY_TURNS, description="Replaces what the server remembers."
    )
    top_k: int | None = Field(None, ge=1, le=TOP_K, strict=True)
    sources: list[Annotated[str, StringConstraints(strict=True, max_length=1024)]] = Field(
        default_factory=list, max_length=1000, description="Search these sources only."
    )
    engine: str = Field("", strict=True, max_length=64, description="A writer's name.")
    stream: bool = Field(False, strict=True, description="Answer as server-sent events.")
    resumable: bool = Field(
        False, strict=True, description="Keep a stream for 20 s after its reader has gone."
    )
    standalone: bool = Field(
        False,
        strict=True,
        description="Search the question as it stands, whatever was said before: "
        "no pronoun is resolved, nothing is put in.",
    )
    replaces: ConversationId | None = Field(
        None,
        description="Id of an answer of the conversation that this one takes the place of; "
        "what follows it goes, too.",
    )

    def to_question(self, conversation_id: str, history: tuple[Turn, ...], top_k: int) -> Question:
        turns = history
        if self.history is not None:
            turns = tuple(Turn(t.question, t.answer) for t in self.history)
        return Question(
            text=self.question,
            conversation_id=conversation_id,
            history=turns,
            top_k=self.top_k or top_k,
            sources=tuple(self.sources),
            engine=self.engine,
            standalone=self.standalone,
        )


class ClaimOut(BaseModel):
    """One sentence of an answer, the numbers of its citations and how far they bear it.

    ``emphasis`` are the spans of ``text`` that answer, ``label`` is the part of the question that it
    answers, where there are several, and ``joined`` are the citations that are the pieces of one
    sentence, where they stand apart in its source.
    """

    text: str
    citations: list[int]
    support: Literal["full", "partial", "none"]
    emphasis: list[tuple[int, int]]
    label: str = ""
    joined: list[int]


class BoxOut(BaseModel):
    """A line of a quote on its page, in points from the page's top left corner."""

    page: int
    width: float = Field(description="Of the page, in points.")
    height: float
    left: float
    top: float
    right: float
    bottom: float


class CitationOut(BaseModel):
    """``source_text[start:end] == quote``, in Unicode code points.

    Where the source has pages, ``page`` is the first that the quote stands on, counted from 1, and
    ``boxes`` are its lines there.
    """

    number: int
    source: str
    article: str
    title: str
    published: str | None
    passage_id: str
    start: int
    end: int
    quote: str
    sha256: str
    url: str | None
    page: int | None = Field(None, exclude_if=lambda page: page is None)
    boxes: list[BoxOut] = Field([], exclude_if=lambda boxes: not boxes)


class ConflictValueOut(BaseModel):
    value: str
    citation: int


class ConflictOut(BaseModel):
    about: str
    values: list[ConflictValueOut]


class HitOut(BaseModel):
    passage_id: str
    source: str
    start: int
    end: int
    score: float
    spans: list[tuple[int, int]]


class AnswerOut(BaseModel):
    """An answer; ``answer`` holds ``[n]`` right behind the claim that citation n supports."""

    id: str
    conversation_id: str
    question: str
    query: str
    answer: str
    refused: bool
    reason: str
    claims: list[ClaimOut]
    citations: list[CitationOut]
    conflicts: list[ConflictOut]
    hits: list[HitOut]
    suggestions: list[str]
    engine: str
    confidence: float | None
    timings_ms: dict[str, float]


class SourceInfoOut(BaseModel):
    """A source of the library; ``damaged`` counts the characters that could not be read."""

    id: str
    sha256: str
    format: str
    chars: int
    articles: int
    passages: int
    titles: list[str]
    published: str | None
    url: str | None
    added_at: str
    damaged: int


class SourcePage(BaseModel):
    """One page of the library's list; ``next_offset`` is null on the last."""

    sources: list[SourceInfoOut]
    offset: int
    limit: int
    next_offset: int | None


class BlockOut(BaseModel):
    kind: str
    text: str
    start: int
    end: int
    spans: list[tuple[int, int]]


class ArticleOut(BaseModel):
    id: str
    title: str
    author: str | None
    published: str | None
    blocks: list[BlockOut]


class SourceOut(BaseModel):
    id: str
    sha256: str
    format: str
    title: str
    published: str | None
    url: str | None
    text: str
    articles: list[ArticleOut]


class UploadResult(BaseModel):
    """What became of one uploaded file; ``reason`` says what of it was skipped, and why."""

    name: str
    status: Literal["added", "changed", "unchanged", "skipped"]
    reason: str = ""
    hint: str = ""


class UploadOut(BaseModel):
    files: list[UploadResult]


class TurnOut(AnswerOut):
    """A stored answer; ``changed`` names the citations whose source is no longer what it was.

    ``scope`` names the sources that the question was limited to, none when to none; ``standalone``
    says that it was searched as it stands.
    """

    asked_at: str
    changed: list[int]
    scope: list[str] = []
    standalone: bool = False


class ConversationOut(BaseModel):
    id: str
    title: str
    created_at: str
    turns: list[TurnOut]


class ConversationLine(BaseModel):
    id: str
    title: str
    created_at: str
    updated_at: str
    turns: int


class ConversationPage(BaseModel):
    """One page of the list, the latest first; ``next_offset`` is null on the last."""

    conversations: list[ConversationLine]
    offset: int
    limit: int
    next_offset: int | None


class RenameBody(BaseModel):
    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"title": "集群"}]})

    title: Title


class FeedbackBody(BaseModel):
    """A reader's judgement; ``expected`` is the right answer where the given one is wrong."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "conversation_id": "5d2b8e",
                    "answer_id": "a1f0c2",
                    "good": False,
                    "reasons": ["incomplete"],
                    "expected": "18个“新星”产业集群",
                }
            ]
        },
    )

    conversation_id: ConversationId
    answer_id: ConversationId
    good: bool
    reasons: list[Reason] = Field(default_factory=list, max_length=len(REASONS))
    expected: str = Field("", max_length=QUESTION_CHARS)


class FeedbackOut(BaseModel):
    conversation_id: str
    answer_id: str
    question: str
    good: bool
    reasons: list[str]
    expected: str
    created_at: str


class ReindexOut(BaseModel):
    """How far indexing again is; ``total`` is null where it is not known."""

    state: Literal["idle", "running", "done", "failed"]
    stage: str
    done: int
    total: int | None
    passages: int
    detail: str


class Health(BaseModel):
    status: Literal["ok", "ready"]


class Problem(BaseModel):
    """RFC 9457."""

    type: str
    title: str
    status: int
    detail: str
    hint: str


_SAID = "在这个体系中的“18”，是指培育壮大合成材料、AI及机器人、生物制造、前沿新材料等18个“新星”产业集群。"
_SHA256 = "c55dcae8cd68a48f985df8accc7f3f76c2237d16c27d4c197abfe6fbc9a54274"

EXAMPLE_ANSWER: dict[str, Any] = {
    "id": "a1f0c2",
    "conversation_id": "5d2b8e",
    "question": EXAMPLE_QUESTION,
    "query": EXAMPLE_QUESTION,
    "answer": f"{_SAID}[1]",
    "refused": False,
    "reason": "",
    "claims": [
        {
            "text": _SAID,
            "citations": [1],
            "support": "full",
            "emphasis": [],
            "label": "",
            "joined": [],
        }
    ],
    "citations": [
        {
            "number": 1,
            "source": "000_9c7128e140aee367.txt",
            "article": "ea1fe7920e312da0",
            "title": "“新星”产业集群 如何赢得未来",
            "published": None,
            "passage_id": "877c70d45bf4d5a3",
            "start": 247,
            "end": 300,
            "quote": _SAID,
            "sha256": _SHA256,
            "url": None,
        }
    ],
    "conflicts": [],
    "hits": [
        {
            "passage_id": "877c70d45bf4d5a3",
            "source": "000_9c7128e140aee367.txt",
            "start": 4,
            "end": 352,
            "score": 3.941164,
            "spans": [[4, 352]],
        }
    ],
    "suggestions": [],
    "engine": "extractive",
    "confidence": 0.9882,
    "timings_ms": {"retrieve": 22.8, "write": 15.35, "total": 38.16},
}
EXAMPLE_SOURCE: dict[str, Any] = {
    "id": "000_9c7128e140aee367.txt",
    "sha256": _SHA256,
    "format": "txt",
    "chars": 2671,
    "articles": 1,
    "passages": 9,
    "titles": ["“新星”产业集群 如何赢得未来"],
    "published": None,
    "url": None,
    "added_at": "2026-01-05T08:00:00Z",
    "damaged": 0,
}
EXAMPLE_PROBLEM: dict[str, Any] = {
    "type": "urn:youju:problem:source-not-found",
    "title": "Not found",
    "status": 404,
    "detail": "No source named 'x.txt'.",
    "hint": "GET /sources lists what the library holds.",
}
EXAMPLE_STREAM = (
    "event: query\n"
    'data: {"query": "重庆“33618”里的18指什么？", "conversation_id": "5d2b8e", "stream": "c0ffee", '
    '"rewritten": false}\n'
    "id: 1\n\n"
    'event: hits\ndata: {"hits": [...]}\nid: 2\n\n'
    'event: citation\ndata: {"number": 1, "source": "...", ...}\nid: 3\n\n'
    'event: delta\ndata: {"text": "在这个体系中的“18”，是指……"}\nid: 4\n\n'
    'event: done\ndata: {"id": "a1f0c2", "answer": "...", ...}\nid: 5\n\n'
)
