"""HTML to leaves: the lines a page is made of, each in its elements, each character with its place.

One pass over the source, linear whatever is in it: what is never closed is looked for once, and
elements are nested no deeper than a browser nests them.
"""

from __future__ import annotations

import html
import re
from array import array
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

#: Deeper elements are taken for their parents.
MAX_DEPTH = 200

#: Elements whose content is never text of the page.
HIDDEN = frozenset(
    {
        "script", "style", "noscript", "template", "svg", "math", "iframe", "button", "select", "head",
        "textarea", "object", "canvas", "audio", "video", "datalist", "title", "dialog", "menu",
        "rt", "rp", "del", "s", "strike", "map", "xmp", "noembed", "noframes",
    }
)  # fmt: skip
#: Up to their end tag nothing is markup.
_RAW = frozenset({"script", "style", "textarea", "title", "xmp", "noembed", "noframes", "iframe"})
_VOID = frozenset(
    {
        "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source",
        "track", "wbr", "basefont", "bgsound", "frame", "keygen",
    }
)  # fmt: skip
_IN_HEAD = frozenset({"noscript", "template", "object"})
_INLINE = re.compile(
    "a|abbr|acronym|b|bd[io]|big|cite|code|data|del|dfn|em|font|i|img|ins|kbd|label|mark|nobr|q|r[pt]|ruby|"
    "s|samp|small|span|strike|strong|su[bp]|time|tt|u|var|wbr|o:p|st1:[a-z]+"
)
#: What an opening tag closes, and where the search for it ends.
_CLOSES = {
    "li": ({"li"}, {"ul", "ol", "menu"}),
    "dt": ({"dt", "dd"}, {"dl"}),
    "dd": ({"dt", "dd"}, {"dl"}),
    "tr": ({"tr"}, {"table"}),
    "td": ({"td", "th"}, {"tr", "table"}),
    "th": ({"td", "th"}, {"tr", "table"}),
    "option": ({"option"}, {"select"}),
    "thead": ({"thead", "tbody", "tfoot", "tr"}, {"table"}),
    "tbody": ({"thead", "tbody", "tfoot", "tr"}, {"table"}),
    "tfoot": ({"thead", "tbody", "tfoot", "tr"}, {"table"}),
}
_TAG = re.compile(
    r"""<(?P<close>/?)(?P<tag>[a-zA-Z][a-zA-Z0-9:-]*+)(?P<rest>(?:"[^"]*+"|'[^']*+'|[^'"<>]++){0,64}+)>"""
)
#: A tag whose quotation marks do not match ends at its first bracket.
_LOOSE = re.compile(r"<(?P<close>/?)(?P<tag>[a-zA-Z][a-zA-Z0-9:-]*+)(?P<rest>[^<>]*+)>")
_ATTRIBUTE = re.compile(r"""([^\s"'<>/=]++)(?:\s*+=\s*+(?:"([^"]*+)"|'([^']*+)'|([^\s"'<>]++)))?""")
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,31});?")
_UNSEEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0(?![.\d])")
#: The mark of a footnote would be read as that of a citation.
_NOTE = re.compile(
    r"<sup\b[^<>]*+>\s*+(?:<(?:a|span)\b[^<>]*+>\s*+)*(?:[\[［【]|<a\b[^<>]*+>)?(?P<n>注?\d{1,3})"
)

Attributes = dict[str, str]


@dataclass(slots=True, eq=False)
class Node:
    """An element: ``names`` are its class and id. The counts are of its leaves, below it, too."""

    tag: str
    parent: Node | None = None
    names: str = ""
    role: str = ""
    hidden: bool = False
    cell: Node | None = None  # the nearest one, itself included, and the table it is of
    table: Node | None = None
    columns: int = 1
    rows: int = 1
    cells: list[list[Node]] = field(default_factory=list)
    depth: int = 0
    chars: int = 0
    links: int = 0
    sentences: int = 0
    headed: bool = False  # holds a heading of the first level
    nested: bool = False  # a table that holds another one

    def above(self) -> Iterator[Node]:
        """The element and all that it is in."""
        node: Node | None = self
        while node is not None:
            yield node
            node = node.parent


@dataclass(slots=True, eq=False)
class Leaf:
    """A line of the page, or a few that ``<br>`` parts: its text, and the place of each character.

    ``links`` is how many characters are links.
    """

    node: Node
    start: int
    level: int = 0
    text: str = ""
    places: array[int] = field(default_factory=lambda: array("i"))
    chars: int = 0
    links: int = 0


@dataclass(slots=True, eq=False)
class Page:
    """What a page holds: its leaves, and what it says about itself."""

    leaves: list[Leaf]
    title: str = ""
    meta: list[tuple[str, str]] = field(default_factory=list)
    times: list[str] = field(default_factory=list)
    data: list[str] = field(default_factory=list)  # JSON-LD


def parse(source: str, start: int = 0, end: int | None = None) -> Page:
    """The page, or the piece of one, in ``[start, end)`` of the source."""
    parser = _Parser(source, len(source) if end is None else end)
    parser.run(start)
    return parser.page


class _Parser:
    def __init__(self, source: str, end: int) -> None:
        self.source = source
        self.end = end
        self.page = Page([])
        self._stack = [Node("")]
        self._nodes: list[Node] = []
        self._open: Counter[str] = Counter()
        self._leaf: Leaf | None = None
        self._level = 0
        self._anchors = 0
        self._never: set[str] = set()  # end tags that do not come any more
        self._text: list[str] = []
        self._preformatted = 0

    # ---- tokens

    def run(self, at: int) -> None:
        source, end = self.source, self.end
        last = source.rfind(">", at, end)
        while at < end:
            opened = source.find("<", at, end)
            if opened < 0 or opened > last:
                break
            self._words(at, opened)
            at = self._markup(opened)
        self._words(at, end)
        self._finish()

    def _markup(self, at: int) -> int:
        """Read what begins at a ``<``; return where it ends."""
        source, end = self.source, self.end
        if source.startswith("<!--", at):
            found = source.find("-->", at + 4, end)
            return end if found < 0 else found + 3
        if source.startswith(("<!", "<?"), at):
            return source.find(">", at, end) + 1
        match = _TAG.match(source, at, end) or _LOOSE.match(source, at, end)
        if match is None:
            self._words(at, at + 1)
            return at + 1
        tag = match["tag"].lower()
        if match["close"]:
            self._closing(tag, at)
            return match.end()
        attributes = dict(_attributes(match["rest"])) if match["rest"] else {}
        if tag in _RAW:
            return self._raw(tag, attributes, match.end())
        self._opening(tag, attributes, at, empty=match["rest"].endswith("/"))
        return match.end()

    def _raw(self, tag: str, attributes: Attributes, at: int) -> int:
        """Skip an element whose content is no markup; a title is remembered, and data."""
        match = None
        if tag not in self._never:
            match = re.compile(rf"</{tag}\s*>?", re.IGNORECASE).search(self.source, at, self.end)
        if match is None:
            self._never.add(tag)
            # A page that is cut off in a script shows none of it; a stray title hides nothing.
            return self.end if tag in ("script", "style") else at
        inside = self.source[at : match.start()]
        if tag == "title" and not self.page.title and not self._in_hidden("svg"):
            self.page.title = " ".join(html.unescape(inside).split())
        elif tag == "script" and "ld+json" in attributes.get("type", ""):
            self.page.data.append(inside)
        return match.end()

    def _in_hidden(self, tag: str) -> bool:
        return self._open[tag] > 0

    # ---- elements

    def _opening(self, tag: str, attributes: Attributes, at: int, *, empty: bool) -> None:
        self._remember(tag, attributes)
        if tag in ("br", "hr"):
            self._break(at) if tag == "br" else self._end_leaf()
            return
        if tag in _VOID or (empty and tag in ("svg", "path")):
            return
        inline = _INLINE.fullmatch(tag) is not None
        if self._open["head"] and tag not in _IN_HEAD:
            self._close({"head"}, set())
        if not inline:
            self._end_leaf()
            self._imply(tag)
            self._level = int(tag[1]) if re.fullmatch("h[1-6]", tag) else self._level
        elif tag == "sup":
            if self._is_note(at):
                attributes = attributes | {"hidden": ""}
            self._power(at)
        self._push(tag, attributes)

    def _remember(self, tag: str, attributes: Attributes) -> None:
        if tag == "meta":
            names = (attributes.get(key, "") for key in ("name", "property", "itemprop"))
            self.page.meta += [(n.lower(), attributes.get("content", "")) for n in names if n]
        elif tag == "time" and attributes.get("datetime"):
            self.page.times.append(attributes["datetime"])

    def _imply(self, tag: str) -> None:
        """Close what this element ends without an end tag."""
        if self._open["p"] and tag not in ("td", "th", "tr"):
            self._close({"p"}, {"td", "th", "table"})
        if tag in _CLOSES:
            self._close(*_CLOSES[tag])

    def _push(self, tag: str, attributes: Attributes) -> None:
        parent = self._stack[-1]
        if len(self._stack) > MAX_DEPTH:
            return
        names = f"{attributes.get('class', '')} {attributes.get('id', '')}"
        hidden = parent.hidden or tag in HIDDEN or _is_unseen(attributes)
        role = attributes.get("role", "").lower()
        node = Node(tag, parent, names, role, hidden, depth=len(self._stack))
        node.cell, node.table = parent.cell, parent.table
        if tag == "table":
            if parent.table is not None:
                parent.table.nested = True
            node.cell, node.table = None, node
        elif tag in ("td", "th", "tr"):
            self._place(node, attributes)
        self._nodes.append(node)
        self._anchors += tag == "a"
        self._preformatted += tag in ("pre", "listing")
        self._stack.append(node)
        self._open[tag] += 1

    def _place(self, node: Node, attributes: Attributes) -> None:
        """Note a row or a cell in its table."""
        table = node.table
        if table is None:
            return
        if node.tag == "tr":
            table.cells.append([])
            return
        node.columns = _count(attributes.get("colspan"))
        node.rows = _count(attributes.get("rowspan"))
        if not table.cells:
            table.cells.append([])
        table.cells[-1].append(node)
        node.cell = node

    def _closing(self, tag: str, at: int) -> None:
        if tag == "br":
            self._break(at)
        elif self._open[tag]:
            inline = _INLINE.fullmatch(tag) is not None
            if not inline:
                self._end_leaf()
            walls = {"td", "th", "table"} if tag not in ("td", "th", "tr", "table") else {"table"}
            self._close({tag}, walls - {tag})
        elif tag == "p":
            self._end_leaf()

    def _close(self, tags: set[str], walls: set[str]) -> None:
        """Close the nearest of these elements, unless a wall stands before it."""
        for i in range(len(self._stack) - 1, 0, -1):
            tag = self._stack[i].tag
            if tag in tags:
                self._pop(i)
                # A row ends with its group.
                if len(tags) == 1 or not any(self._open[other] for other in tags):
                    return
            elif tag in walls:
                return

    def _pop(self, size: int) -> None:
        for node in reversed(self._stack[size:]):
            self._open[node.tag] -= 1
            self._anchors -= node.tag == "a"
            self._preformatted -= node.tag in ("pre", "listing")
            if re.fullmatch("h[1-6]", node.tag):
                self._level = 0
        del self._stack[size:]

    # ---- text

    def _words(self, start: int, end: int) -> None:
        if start >= end or self._stack[-1].hidden:
            return
        at = start
        for match in _ENTITY.finditer(self.source, start, end):
            self._add(self.source[at : match.start()], range(at, match.start()))
            text = html.unescape(match[0])
            self._add(text, [match.start()] * len(text))
            at = match.end()
        self._add(self.source[at:end], range(at, end))

    def _add(self, text: str, places: Sequence[int]) -> None:
        if not text:
            return
        if not self._preformatted:
            text = text.translate(_SPACES)
        if self._leaf is None:
            if text.isspace():
                return
            block = next(n for n in reversed(self._stack) if not _INLINE.fullmatch(n.tag))
            self._leaf = Leaf(block, places[0], self._level)
            self.page.leaves.append(self._leaf)
        self._text.append(text)
        self._leaf.places.extend(places)
        count = len(text) - sum(map(text.count, " \u3000\xa0\n"))
        self._leaf.chars += count
        self._leaf.links += count if self._anchors else 0

    def _break(self, at: int) -> None:
        if self._leaf is not None and not self._stack[-1].hidden:
            self._text.append("\n")
            self._leaf.places.append(at)

    def _is_note(self, at: int) -> bool:
        match = _NOTE.match(self.source, at, self.end)
        return match is not None and ("<a" in match[0] or match[0][-len(match["n"]) - 1] in "[［【")

    def _power(self, at: int) -> None:
        """10<sup>4</sup> is no 104."""
        if self._text and self._text[-1][-1:].isdigit() and not self._stack[-1].hidden:
            follows = self.source[self.source.find(">", at) + 1 :][:1]
            if follows.isdigit() and self._leaf is not None:
                self._text.append("^")
                self._leaf.places.append(at)

    def _end_leaf(self) -> None:
        leaf, self._leaf = self._leaf, None
        if leaf is not None:
            leaf.text = "".join(self._text)
        self._text = []

    def _finish(self) -> None:
        self._end_leaf()
        for leaf in self.page.leaves:
            node = leaf.node
            node.chars += leaf.chars
            node.links += leaf.links
            node.sentences += len(_SENTENCE.findall(leaf.text))
            node.headed = node.headed or leaf.level == 1
        for node in reversed(self._nodes):  # children come after their parents
            if node.parent is not None:
                node.parent.chars += node.chars
                node.parent.links += node.links
                node.parent.sentences += node.sentences
                node.parent.headed = node.parent.headed or node.headed


_SPACES = dict.fromkeys(map(ord, "\r\n\t\f"), " ")
_SENTENCE = re.compile("[。！？]|[.!?](?=\\s|$)")


def _attributes(rest: str) -> Iterator[tuple[str, str]]:
    for match in _ATTRIBUTE.finditer(rest):
        value = match[2] or match[3] or match[4] or ""
        yield match[1].lower(), html.unescape(value) if "&" in value else value


def _is_unseen(attributes: Attributes) -> bool:
    return (
        "hidden" in attributes
        or attributes.get("aria-hidden", "").lower() == "true"
        or ("style" in attributes and bool(_UNSEEN.search(attributes["style"].lower())))
    )


def _count(value: str | None) -> int:
    return max(1, min(int(value), 1000)) if value and value.isdecimal() and len(value) < 6 else 1
