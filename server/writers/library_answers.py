"""Answers about the library itself, from its catalogue: nothing in them is quoted from an article."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence

from index import Article, ArticleInfo
from server.evidence.must_hold import names_name
from server.question.about_library import LibraryQuestion

ENGINE = "catalogue"
SHOWN = 20  # articles that are listed; the library's page has them all


#: Finds the articles that may be about something, best first.
Finds = Callable[[str], Iterable[Article]]


def answer(
    asked: LibraryQuestion,
    listed: Iterable[ArticleInfo],
    finds: Finds,
    *,
    sources: Collection[str] = (),
    language: str = "zh",
) -> tuple[str, ...]:
    """The lines of an answer, the first one whole; with ``sources``, about those alone."""
    articles = [a for a in listed if not sources or a.source in sources]
    say = _English() if language == "en" else _Chinese()
    if not articles:
        return (say.empty,)
    match asked.kind:
        case "count" | "list":
            first = say.count(len(articles), len({a.source for a in articles}))
            return (first, *(_lines(articles, say) if asked.kind == "list" else ()))
        case "latest" | "earliest":
            return _dated(articles, say, last=asked.kind == "latest")
        case "about":
            found = _about(asked.topic, finds, articles)
            return (say.about(asked.topic, len(found)), *_lines(found, say))


def _lines(articles: Sequence[ArticleInfo], say: _Chinese | _English) -> list[str]:
    lines = [say.entry(n, article) for n, article in enumerate(articles[:SHOWN], start=1)]
    return [*lines, say.more(len(articles) - SHOWN)] if len(articles) > SHOWN else lines


def _dated(
    articles: Sequence[ArticleInfo], say: _Chinese | _English, *, last: bool
) -> tuple[str, ...]:
    dates = [a.published for a in articles if a.published]
    if not dates:
        return (say.undated(len(articles)),)
    when = max(dates) if last else min(dates)
    those = [a for a in articles if a.published == when]
    head = say.dated(when, len(those), len(articles) - len(dates), last=last)
    return (head, *_lines(those, say))


def _about(topic: str, finds: Finds, articles: Sequence[ArticleInfo]) -> list[ArticleInfo]:
    """The articles that name a topic: those titled so, then those found for it, best first."""
    named = [a for a in articles if names_name(a.title, topic)]
    known = {(a.source, a.title): a for a in articles}
    for article in finds(topic):
        listed = known.get((article.source, article.title))
        if listed and names_name(article.text, topic):
            named.append(listed)
    return list(dict.fromkeys(named))


class _Chinese:
    """The sentences in Chinese; each says that it speaks of the catalogue."""

    empty = "库里还没有文章。"

    def count(self, articles: int, sources: int) -> str:
        files = f"，来自 {sources} 份来源" if sources != articles else ""
        return f"按文库目录，库里一共有 {articles} 篇文章{files}。"

    def entry(self, number: int, article: ArticleInfo) -> str:
        about = " · ".join(filter(None, (article.published, article.source)))
        return f"{number}. 《{article.title or article.source}》（{about}）"

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

    def entry(self, number: int, article: ArticleInfo) -> str:
        about = " · ".join(filter(None, (article.published, article.source)))
        return f"{number}. “{article.title or article.source}” ({about})"

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
