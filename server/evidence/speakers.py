"""Who speaks where an article is a conversation: an interview, or minutes of who said what."""

from __future__ import annotations

import re
from collections import Counter

from index import Article
from server.evidence.remembered import remembered
from server.evidence.sentences import Sentence
from server.question.understanding import Part
from server.text.names import is_person

_TURN = re.compile(r"(?P<name>[\u4e00-\u9fff·]{2,8})(?:[（(][^）)]{1,12}[）)])?[：:]")
_TITLED = re.compile(
    r"(?:记者|老师|教授|主任|师傅|先生|女士|主持人|董事长|[局校院馆厂所站队村镇乡区县市部处科会店班]长|经理|医生|委员|代表|同志)$"
)


def another_speaker(part: Part, sentence: Sentence) -> str:
    """What one of them said answers nothing about another who is named: a phrase, or nothing."""
    said = turns(sentence.article)
    named = [name for name in dict.fromkeys(said.values()) if name and name in part.text]
    speaks = said.get(sentence.block.start, "")
    if not named or not speaks or speaks in named or part.kind == "who":
        return ""
    return f"那是{speaks}说的，不是{named[0]}"


@remembered
def turns(article: Article) -> dict[int, str]:
    """Who speaks in each block, by its start; a paragraph without a name goes on with the last one.

    Empty unless at least two speak by turns.
    """
    found = {b.start: _TURN.match(article.text, b.start, b.end) for b in article.blocks}
    names = Counter(match["name"] for match in found.values() if match)
    speak = {name for name, times in names.items() if times > 1 and _is_person(name)}
    if len(speak) < 2:
        return {}
    said: dict[int, str] = {}
    speaker = ""
    for block in article.blocks:
        match = found[block.start]
        if block.kind != "paragraph":
            speaker = ""
        elif match:
            speaker = match["name"] if match["name"] in speak else ""
        said[block.start] = speaker
    return said


def presented(sentence: Sentence) -> str:
    """The line that says who speaks where a sentence stands: 「王建国，某某大学教授」; empty where there is none."""
    return _presented(sentence.article).get(
        turns(sentence.article).get(sentence.block.start, ""), ""
    )


@remembered
def _presented(article: Article) -> dict[str, str]:
    """The short lines that present those who speak by turns, by name."""
    found: dict[str, str] = {}
    lines = (article.text[b.start : b.end] for b in article.blocks if b.end - b.start <= _LINE)
    names = {name for name in turns(article).values() if name}
    for line in lines:
        if not _TURN.match(line):
            found |= {name: line for name in names if name in line and name not in found}
    return found


_LINE = 60  # characters


def _is_person(name: str) -> bool:
    return bool(_TITLED.search(name)) or is_person(name)
