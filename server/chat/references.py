"""How an article is named where it is cited outside: in a sentence, in a list of references."""

from __future__ import annotations

from datetime import date

from index import Article

INNER = str.maketrans("《》", "〈〉")


def plain(article: Article) -> str:
    """《题》，作者，日期; what is not known is left out, and the file stands in for a title."""
    title = f"《{article.title.translate(INNER)}》" if article.title else article.source
    return "，".join(filter(None, (title, article.author, article.published)))


def gbt7714(article: Article, today: date) -> str:
    """An entry after GB/T 7714: an electronic resource where it has an address, else a document."""
    who = f"{article.author}. " if article.author else ""
    title = article.title or article.source
    if article.url:
        when = f"({article.published})" if article.published else ""
        return f"{who}{title}[EB/OL]. {when}[{today}]. {article.url}."
    return f"{who}{title}[Z]. {article.published or '[日期不详]'}."
