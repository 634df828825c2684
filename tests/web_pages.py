"""Web pages whose text is marked ⟦so⟧, and how much of it, and of what else, is read."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from index.reading.markup import plain

PAGES = sorted((Path(__file__).parent / "index" / "web_pages").glob("*.html"))
_MARKS = re.compile("[⟦⟧]")


@dataclass(frozen=True)
class Measured:
    """Characters that are text and read, read, and text; those of the markup in it left out."""

    both: int
    read: int
    text: int
    stray: str
    lost: str

    @property
    def precision(self) -> float:
        return self.both / max(1, self.read)

    @property
    def recall(self) -> float:
        return self.both / max(1, self.text)


def without_marks(marked: str) -> tuple[str, set[int]]:
    """The page, and the places of the characters that are its text."""
    page = _MARKS.sub("", marked)
    places: set[int] = set()
    at = depth = 0
    for char in marked:
        if char in "⟦⟧":
            depth += 1 if char == "⟦" else -1
            continue
        if depth > 0 and not char.isspace():
            places.add(at)
        at += 1
    for match in re.finditer(r"<[^<>]*>|&\w+;", page):
        places -= set(range(*match.span()))
    return page, places


def measure(path: Path) -> Measured:
    page, text = without_marks(path.read_text(encoding="utf-8"))
    shown = plain(page, "html")
    read = {
        int(at)
        for char, at in zip(shown.text, shown.offsets, strict=True)
        if page[at] == char and not char.isspace()
    }
    stray = "".join(page[at] for at in sorted(read - text))
    lost = "".join(page[at] for at in sorted(text - read))
    return Measured(len(read & text), len(read), len(text), stray, lost)


if __name__ == "__main__":
    whole = [measure(path) for path in PAGES]
    for path, m in zip(PAGES, whole, strict=True):
        print(
            f"{path.stem:20} P {m.precision:.3f} R {m.recall:.3f}  +{m.stray[:60]}  -{m.lost[:60]}"
        )
    both = sum(m.both for m in whole)
    print(f"precision {both / sum(m.read for m in whole):.3f}")
    print(f"recall {both / sum(m.text for m in whole):.3f}")
