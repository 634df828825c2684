"""Answers about the library itself, from its catalogue: nothing in them is quoted from an article."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from index import Article, SourceInfo
from server.evidence.must_hold import names_name
from server.question.about_library import LibraryQuestion

ENGINE = "catalogue"
SHOWN = 20  # articles that are listed; the library's page has them all


class Shelf(Protocol):
    """Where sources are listed: a library."""

    def sources(
        self, offset: int = 0, limit: int | None = None, query: str | None = None
    ) -> list[SourceInfo]: ...


#: Finds the articles that may be about something, best first.
Finds = Callable[[str], Iterable[Article]]


@dataclass(frozen=True, slots=True)
class Entry:
    """An article as it is listed."""

    title: str
    source: str
    published: str

    def line(self, number: int, language: str) -> str:
        about = " · ".join(filter(None, (self.published, self.source)))
        title = self.title or self.source
        return f"{number}. “{title}” ({about})" if language == "en" else f"{number}. 《{title}》（{about}）"


def answer(
    asked: LibraryQuestion,
    shelf: Shelf,
    finds: Finds,
    *,
    sources: Collection[str] = (),
    language: str = "zh",
) -> tuple[str, ...]:
    """The lines of an answer, the first one whole; with ``sources``, about those alone."""
    held = [s for s in shelf.sources() if not sources or s.name in sources]
    entries = _entries(held)
    say = _English() if language == "en" else _Chinese()
    if not entries:
        return (say.empty,)
    match asked.kind:
        case "count":
            return (say.count(len(entries), len(held)),)
        case "list":
            first = say.count(len(entries), len(held))
            return (first, *_lines(entries, language), *_more(entries, say))
        case "latest" | "earliest":
            return _dated(entries, say, language, last=asked.kind == "latest")
        case "about":
            found = _about(asked.topic, finds, entries)
            head = say.about(asked.topic, len(found))
            return (head, *_lines(found, language), *_more(found, say))


def _entries(held: Sequence[SourceInfo]) -> list[Entry]:
    """The articles of the sources, in the order of the library."""
    return [
        Entry(title, source.name, source.published or "")
        for source in held
        for title in (source.titles or ("",))
    ]


def _lines(entries: Sequence[Entry], language: str) -> list[str]:
    return [entry.line(n, language) for n, entry in enumerate(entries[:SHOWN], start=1)]


def _more(entries: Sequence[Entry], say: _Chinese | _English) -> list[str]:
    return [say.more(len(entries) - SHOWN)] if len(entries) > SHOWN else []


def _dated(
    entries: Sequence[Entry], say: _Chinese | _English, language: str, *, last: bool
) -> tuple[str, ...]:
    dated = [entry for entry in entries if entry.published]
    if not dated:
        return (say.undated(len(entries)),)
    ends = max if last else min
    when = ends(entry.published for entry in dated)
    those = [entry for entry in dated if entry.published == when]
    head = say.dated(when, len(those), len(entries) - len(dated), last=last)
    return (head, *_lines(those, language), *_more(those, say))


def _about(topic: str, finds: Finds, entries: Sequence[Entry]) -> list[Entry]:
    """The articles that name a topic: those titled so, then those found for it, best first."""
    named = [entry for entry in entries if names_name(entry.title, topic)]
    known = {(entry.source, entry.title): entry for entry in entries}
    for article in finds(topic):
        entry = known.get((article.source, article.title))
        if entry and names_name(article.text, topic):
            named.append(entry)
    return list(dict.fromkeys(named))


class _Chinese:
    """The sentences in Chinese; each says that it speaks of the catalogue."""

    empty = "库里还没有文章。"

    def count(self, articles: int, sources: int) -> str:
        files = f"，来自 {sources} 份来源" if sources != articles else ""
        return f"按文库目录，库里一共有 {articles} 篇文章{files}。"

    def more(self, rest: int) -> str:
        return f"另有 {rest} 篇没有列出，「文库」页上有全部。"

    def undated(self, articles: int) -> str:
        return f"按文库目录，库里的 {articles} 篇文章都没有注明日期，说不出先后。"

    def dated(self, when: str, same: int, undated: int, *, last: bool) -> str:
        which = "最近" if last else "最早"
        several = f"，这一天有 {same} 篇" if same > 1 else ""
        rest = f"（另有 {undated} 篇没有注明日期）" if undated else ""
        return f"按文库目录，注明日期的文章里{which}的是 {when}{several}{rest}："

    def about(self, topic: str, found: int) -> str:
        if not found:
            return f"库里没有找到提到“{topic}”的文章。"
        return f"库里找到 {found} 篇提到“{topic}”的文章："


class _English:
    """The sentences in English."""

    empty = "There are no articles in the library yet."

    def count(self, articles: int, sources: int) -> str:
        files = f", from {sources} sources" if sources != articles else ""
        many = "1 article" if articles == 1 else f"{articles} articles"
        return f"By its catalogue, the library holds {many}{files}."

    def more(self, rest: int) -> str:
        return f"{rest} more are not listed here; the library's page has them all."

    def undated(self, articles: int) -> str:
        return f"By its catalogue, none of the library's {articles} articles has a date."

    def dated(self, when: str, same: int, undated: int, *, last: bool) -> str:
        which = "latest" if last else "earliest"
        several = f", {same} articles" if same > 1 else ""
        rest = f" ({undated} articles have no date)" if undated else ""
        return f"By the catalogue, the {which} date is {when}{several}{rest}:"

    def about(self, topic: str, found: int) -> str:
        if not found:
            return f"No article that mentions “{topic}” was found in the library."
        many = "1 article mentions" if found == 1 else f"{found} articles mention"
        return f"{many} “{topic}”:"
