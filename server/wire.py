"""Records as JSON-ready dicts: the shapes of DESIGN.md, without pydantic or FastAPI.

The command line prints these and the server sends them, so both say the same.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote, urlencode

from index import Article, Hit, Source, SourceInfo, Span
from server.records import Answer, Citation, Claim, Conflict

#: A view marks at most this many other citations of an answer.
ALSO = 30


def answer_dict(answer: Answer) -> dict[str, Any]:
    """The object that ``POST /ask`` answers."""
    return {
        "id": answer.id,
        "conversation_id": answer.conversation_id,
        "question": answer.question,
        "query": answer.query,
        "answer": answer.answer,
        "refused": answer.refused,
        "reason": answer.reason,
        "claims": [_claim(c) for c in answer.claims],
        "citations": [citation_dict(c) for c in answer.citations],
        "conflicts": [_conflict(c) for c in answer.conflicts],
        "hits": [hit_dict(h) for h in answer.hits],
        "suggestions": list(answer.suggestions),
        "engine": answer.engine,
        "confidence": None if answer.confidence is None else round(answer.confidence, 4),
        "timings_ms": {name: round(float(ms), 2) for name, ms in answer.timings_ms.items()},
    }


def _claim(claim: Claim) -> dict[str, Any]:
    return {
        "text": claim.text,
        "citations": list(claim.citations),
        "support": claim.support,
        "emphasis": [_span(s) for s in claim.emphasis],
    }


def _conflict(conflict: Conflict) -> dict[str, Any]:
    values = [{"value": v.value, "citation": v.citation} for v in conflict.values]
    return {"about": conflict.about, "values": values}


def citation_dict(citation: Citation) -> dict[str, Any]:
    return {
        "number": citation.number,
        "source": citation.source,
        "article": citation.article,
        "title": citation.title,
        "published": citation.published,
        "passage_id": citation.passage_id,
        "start": citation.start,
        "end": citation.end,
        "quote": citation.quote,
        "sha256": citation.sha256,
        "url": citation.url,
    }


def hit_dict(hit: Hit, *, text: bool = False) -> dict[str, Any]:
    """One hit; with ``text`` also the passage's clean text, as ``youju search`` shows it."""
    passage = hit.passage
    out: dict[str, Any] = {
        "passage_id": passage.id,
        "source": passage.source,
        "start": passage.span.start,
        "end": passage.span.end,
        "score": round(float(hit.score), 6),
        "spans": [_span(s) for s in passage.spans],
    }
    return out | {"heading": passage.heading, "text": passage.text} if text else out


def _span(span: Span) -> list[int]:
    return [span.start, span.end]


def source_info_dict(info: SourceInfo) -> dict[str, Any]:
    return {
        "id": info.name,
        "sha256": info.sha256,
        "format": info.format,
        "chars": info.chars,
        "articles": info.articles,
        "passages": info.passages,
        "titles": list(info.titles),
        "published": info.published,
        "url": info.url,
        "added_at": info.added_at,
    }


def source_dict(source: Source, articles: list[Article]) -> dict[str, Any]:
    """A source whole: its text, and its articles with their blocks and the spans they came from."""
    return {
        "id": source.name,
        "sha256": source.sha256,
        "format": source.format,
        "title": source.title,
        "published": source.published,
        "url": source.url,
        "text": source.text,
        "articles": [article_dict(a) for a in articles],
    }


def article_dict(article: Article) -> dict[str, Any]:
    blocks = [
        {
            "kind": b.kind,
            "text": article.text[b.start : b.end],
            "start": b.start,
            "end": b.end,
            "spans": [_span(s) for s in article.source_spans(b.start, b.end)],
        }
        for b in article.blocks
    ]
    return {
        "id": article.id,
        "title": article.title,
        "author": article.author,
        "published": article.published,
        "blocks": blocks,
    }


def source_path(name: str) -> str:
    """The path of a source; every reserved character of its name is percent-encoded."""
    return "/sources/" + quote(name, safe="")


def view_path(citation: Mapping[str, Any], others: Sequence[Mapping[str, Any]] = ()) -> str:
    """Where a citation opens: the viewer's page, at the mark, the answer's others marked, too."""
    here = (citation["source"], citation["sha256"])
    query = [(name, citation[name]) for name in ("start", "end", "article", "sha256")]
    query.append(("n", citation["number"]))
    also = [
        ("also", f"{c['number']}:{c['start']}-{c['end']}")
        for c in others
        if (c["source"], c["sha256"]) == here and c["number"] != citation["number"]
    ]
    return f"{source_path(citation['source'])}/view?{urlencode(query + also[:ALSO])}#cite"
