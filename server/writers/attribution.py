"""Who tells what, where articles tell one thing otherwise."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import PurePath

from index import Article

LONGEST = 30  # characters of a title that name its article


def attributions(articles: Sequence[Article]) -> dict[str, str]:
    """By its id, what names each article before what it tells: its title; its date, too, where another has the same.

    One without a title, or with the title and the date of another, is named by its file.
    """
    titled = {article.id: _title(article) for article in articles}
    dated = {a.id: f"{titled[a.id]}（{a.published}）" if a.published else "" for a in articles}
    names = {}
    for article in articles:
        known = (titled[article.id], dated[article.id], f"《{PurePath(article.source).name}》")
        names[article.id] = next(
            name
            for of, name in zip((titled, dated, {}), known, strict=True)
            if name and Counter(of.values())[name] < 2
        )
    return names


def _title(article: Article) -> str:
    title = article.title.strip("《》 \n")
    short = title if len(title) <= LONGEST else f"{title[: LONGEST - 1]}…"
    return f"《{short}》" if title else ""
