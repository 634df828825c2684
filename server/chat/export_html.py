"""Conversations to keep outside: one page of HTML that needs nothing else, with footnotes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from markupsafe import escape

from server.chat.export import Read, about_of, one_line, reason_of
from server.chat.fragments import Fragment, answer_fragments

STYLE = (
    "body{max-width:42em;margin:3em auto;padding:0 1em;font-family:serif;line-height:1.7}"
    "sup a{text-decoration:none}ol{font-size:.9em}"
)


def html(found: Mapping[str, Any], read: Read) -> str:
    """A conversation to keep; footnote ``2-1`` is citation 1 of the second answer."""
    title = escape(one_line(found["title"]))
    turns = [_turn(n, answer, read) for n, answer in enumerate(found["turns"], 1)]
    return "\n".join(
        [
            '<!doctype html>\n<html lang="zh-CN">\n<head>\n<meta charset="utf-8">',
            f"<title>{title}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<h1>{title}</h1>",
            *turns,
            "</body>\n</html>\n",
        ]
    )


def _turn(n: int, answer: Mapping[str, Any], read: Read) -> str:
    lines = answer_fragments(answer)
    paragraphs = [f"<p>{''.join(_fragment(n, f) for f in line)}</p>" for line in lines]
    if reason := reason_of(answer):
        paragraphs.append(f"<p>{escape(reason)}</p>")
    notes = [_note(n, c, read(answer, c), answer["changed"]) for c in answer["citations"]]
    listed = ["<ol>", *notes, "</ol>"] if notes else []
    return "\n".join([f"<h2>{escape(one_line(answer['question']))}</h2>", *paragraphs, *listed])


def _fragment(n: int, fragment: Fragment) -> str:
    if fragment.citation is not None:
        number = int(fragment.citation["number"])
        apart = f"（原文分在{fragment.joined}处）" if fragment.joined else ""
        name = f"{n}-{number}"
        return f'<sup><a href="#fn-{name}" id="ref-{name}">[{number}]</a></sup>{apart}'
    text = str(escape(fragment.text))
    return f"<strong>{text}</strong>" if fragment.stressed else text


def _note(n: int, c: Mapping[str, Any], quote: str, changed: list[int]) -> str:
    number = int(c["number"])
    about, place = about_of(c), f"{c['source']}:{c['start']}-{c['end']}"
    note = "（来源已变动）" if number in changed else ""
    link = f' <a href="{escape(c["url"])}">{escape(c["url"])}</a>' if web_url(c["url"]) else ""
    return (
        f'<li id="fn-{n}-{number}" value="{number}">{escape(about)} <code>{escape(place)}</code>'
        f"{note} <q>{escape(one_line(quote))}</q>{link}</li>"
    )


def web_url(url: str | None) -> bool:
    """Whether an address that an article brings may become a link: no scripts, no files."""
    return bool(url) and str(url).lower().startswith(("https://", "http://"))
