"""What the API's documentation shows: one question and all that comes of it."""

from __future__ import annotations

from typing import Any

EXAMPLE_QUESTION = "重庆“33618”里的18指什么？"
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
    "edited": False,
    "answers": 3,
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
