"""The pretrained reader: a question beside a window of an article, read by a cross-encoder.

It says whether the window answers (`here`), where answers start and end, which characters belong to one of several
answers (`inside`) and which sentences bear them (`evidence`). `windows` and `around` cut the windows; the training
uses the same two, so that what is read in use looks like what was learned from. It runs on ONNX Runtime in int8;
torch is not imported. `CrossEncoder.lay` lays a claim beside a text instead, and gives what a layer holds of both.
"""

from __future__ import annotations

import json
import math
import os
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple, Protocol

import numpy as np
import numpy.typing as npt

from index.pages.passages import sentences
from index.shipped import shipped

__all__ = ["MODEL", "Answer", "CrossEncoder", "Window", "WindowReading", "around", "windows"]

MODEL = Path(__file__).parents[1] / "models" / "reader"

# -- windows

SHORTEST = 80  # characters below which a window goes on over a heading and up to LONGEST
USUAL = 190  # where a window stops once it has SHORTEST
LONGEST = 260
REPEATED = 60  # the last sentence of a window opens the next one, too, if it is no longer than this
LEAD = 40  # characters of an untitled article's beginning that stand for its title
_COMMAS = "，、：；,;—"


class Block(Protocol):
    """A title, heading, byline, paragraph or caption: `[start, end)` of the clean text."""

    @property
    def kind(self) -> str: ...
    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...


class Text(Protocol):
    """What is read of an article."""

    @property
    def text(self) -> str: ...
    @property
    def blocks(self) -> Sequence[Block]: ...
    @property
    def title(self) -> str: ...
    @property
    def published(self) -> str | None: ...


@dataclass(frozen=True, slots=True)
class Window:
    """Whole sentences of an article, and what stands above them; `start` is where they begin in its clean text."""

    text: str
    title: str = ""
    heading: str = ""
    date: str = ""
    start: int = 0

    @property
    def head(self) -> str:
        """What is read before the window: title, heading and date."""
        parts = (self.title[:60], self.heading[-80:], self.date)
        return " | ".join(part for part in parts if part)


class Unit(NamedTuple):
    """A sentence, or a part of a very long one; `opens` if a section begins with it."""

    start: int
    end: int
    heading: str
    opens: bool


def units(article: Text) -> list[Unit]:
    """The sentences of an article with the headings they stand under; the title is left out."""
    found: list[Unit] = []
    headings: list[str] = []
    previous = ""
    for block in article.blocks:
        text = article.text[block.start : block.end]
        if block.kind == "title" and text.strip() == article.title.strip():
            continue
        heads = block.kind == "heading"
        if heads:
            headings = [*headings[-2:], text] if previous == "heading" else [text]
        opens = heads and previous != "heading"
        above = " ".join(headings[:-1] if heads else headings)
        for start, end in _pieces(article.text, block.start, block.end):
            found.append(Unit(start, end, above, opens))
            opens = False
        previous = "heading" if heads else block.kind
    return found


def _pieces(text: str, start: int, end: int) -> Iterable[tuple[int, int]]:
    """Sentences; one longer than a window is cut at commas, at worst anywhere."""
    for first, last in _sentences(text, start, end):
        while last - first > LONGEST:
            half = first + LONGEST // 2
            commas = [i + 1 for i in range(half, first + LONGEST) if text[i] in _COMMAS]
            stop = commas[-1] if commas else first + LONGEST
            yield first, stop
            first = stop
        if first < last:
            yield first, last


@lru_cache(maxsize=1024)
def _sentences(text: str, start: int, end: int) -> Sequence[tuple[int, int]]:
    """Kept, since each window of an article begins with all of its sentences."""
    return sentences(text, start, end)


def windows(article: Text) -> list[Window]:
    """Windows of whole sentences over all of an article, in its order."""
    pieces = units(article)
    out: list[Window] = []
    low = 0
    for at, unit in enumerate(pieces):
        if at > low and not _fits(pieces, low, at):
            out.append(_window(article, pieces, low, at))
            last = pieces[at - 1]
            again = at - 1 > low and last.end - last.start <= REPEATED and not unit.opens
            low = at - 1 if again and unit.end - last.start <= LONGEST else at
    if low < len(pieces):
        while low and pieces[-1].end - pieces[low].start < SHORTEST:
            if pieces[-1].end - pieces[low - 1].start > LONGEST:
                break
            low -= 1
        out.append(_window(article, pieces, low, len(pieces)))
    return out


def _fits(pieces: Sequence[Unit], low: int, at: int) -> bool:
    """Whether a sentence still belongs to the window that begins with `low`."""
    long = pieces[at].end - pieces[low].start
    short = pieces[at - 1].end - pieces[low].start < SHORTEST
    return long <= LONGEST if short else long <= USUAL and not pieces[at].opens


def around(article: Text, start: int, end: int, lean: float = 0.5) -> Window | None:
    """The window around `[start, end)`: its sentences and, where there is room, what stands before and behind.

    `lean` is the share of the room that goes to what stands before.
    """
    pieces = units(article)
    touched = [i for i, unit in enumerate(pieces) if unit.start < end and start < unit.end]
    if not touched:
        return None
    low, high = touched[0], touched[0] + 1
    while high <= touched[-1] and pieces[high].end - pieces[low].start <= LONGEST:
        high += 1
    before = lean * (USUAL - (pieces[high - 1].end - pieces[low].start))
    anchor = pieces[low].start
    while low and anchor - pieces[low - 1].start <= before and not pieces[low].opens:
        low -= 1
    while high < len(pieces) and pieces[high].end - pieces[low].start <= USUAL:
        if pieces[high].opens and pieces[high - 1].end - pieces[low].start >= SHORTEST:
            break
        high += 1
    while low and pieces[high - 1].end - pieces[low - 1].start <= USUAL and not pieces[low].opens:
        low -= 1
    return _window(article, pieces, low, high)


def _window(article: Text, pieces: Sequence[Unit], low: int, high: int) -> Window:
    start = pieces[low].start
    text = article.text[start : pieces[high - 1].end]
    title = article.title
    if not title and low:
        first = pieces[0]
        title = article.text[first.start : min(first.end, first.start + LEAD)]
    return Window(text, title, pieces[low].heading, article.published or "", start)


# -- tokens

BEGIN, PAD, END = 0, 1, 2
LONGEST_QUESTION, LONGEST_HEAD, LONGEST_WINDOW = 72, 64, 340  # tokens; 512 positions in all


@dataclass(frozen=True, slots=True)
class Pair:
    """Question, head and window as tokens.

    `first` is where the window's tokens begin; `places` `(tokens of the window, 2)` are the characters of the
    window's text that each stands for.
    """

    ids: npt.NDArray[np.int64]
    first: int
    places: npt.NDArray[np.int64]


class Pieces:
    """The tokenizer; Traditional characters are read as Simplified ones, one for one."""

    def __init__(self, folder: Path) -> None:
        from tokenizers import Tokenizer

        self._tokenizer: Any = Tokenizer.from_file(str(folder / "tokenizer.json"))
        fold = json.loads((folder / "fold.json").read_text("utf-8"))
        self._fold = str.maketrans(fold["from"], fold["to"])

    def places(self, text: str) -> npt.NDArray[np.int64]:
        """The characters `(tokens, 2)` that each token of a text stands for."""
        row = self._tokenizer.encode(text.translate(self._fold), add_special_tokens=False)
        return np.asarray(row.offsets, dtype=np.int64).reshape(-1, 2)

    def pairs(
        self,
        question: str,
        read: Sequence[Window],
        longest: int = LONGEST_QUESTION,
        inner: int = LONGEST_WINDOW,
    ) -> list[Pair]:
        """One pair a window; of the question `longest` tokens are read, of a window's text `inner`."""
        texts = [question, *(window.head for window in read), *(window.text for window in read)]
        rows = self._tokenizer.encode_batch(
            [text.translate(self._fold) for text in texts], add_special_tokens=False
        )
        asked = rows[0].ids[:longest]
        heads, bodies = rows[1 : len(read) + 1], rows[len(read) + 1 :]
        out = []
        for head, body in zip(heads, bodies, strict=True):
            before = [BEGIN, *asked, END, END, *head.ids[:LONGEST_HEAD]]
            inside = body.ids[:inner]
            places = np.asarray(body.offsets[:inner], dtype=np.int64).reshape(-1, 2)
            out.append(Pair(np.asarray([*before, *inside, END], np.int64), len(before), places))
        return out


# -- readings

#: What `CrossEncoder.lay` gives: words are still told apart here, and already know those around them.
STATES = "layer6.two"
LONGEST_CLAIM, LONGEST_TEXT = 140, 360  # tokens


class Answer(NamedTuple):
    """A stretch `[start, end)` of a window's text that may answer; `score` is a log-probability."""

    start: int
    end: int
    score: float


@dataclass(frozen=True, slots=True)
class WindowReading:
    """What is made of one window for one question, by the characters of the window's text.

    `here`: log odds that the window answers the question or a part of it; `nowhere`: log-probability that no
    answer starts in it. `start`, `end`: log-probabilities, `inside`, `evidence`: probabilities, float32 each.
    """

    here: float
    nowhere: float
    start: npt.NDArray[np.float32]
    end: npt.NDArray[np.float32]
    inside: npt.NDArray[np.float32]
    evidence: npt.NDArray[np.float32]

    def spans(self, limit: int = 3, longest: int = 80) -> list[Answer]:
        """The likeliest answers, best first; none overlaps a better one."""
        found: list[Answer] = []
        for first in np.argsort(-self.start)[:16]:
            stop = min(len(self.end), int(first) + longest)
            for last in np.argsort(-self.end[first:stop])[:4]:
                score = float(self.start[first] + self.end[first + last])
                found.append(Answer(int(first), int(first + last) + 1, score))
        found.sort(key=lambda answer: -answer.score)
        chosen: list[Answer] = []
        for answer in found:
            if len(chosen) == limit:
                break
            if all(answer.end <= other.start or other.end <= answer.start for other in chosen):
                chosen.append(answer)
        return chosen

    def items(self, sure: float = 0.5) -> list[Answer]:
        """The stretches whose every character is inside an answer by `sure` or more, in the text's order."""
        inside = np.concatenate([[False], self.inside >= sure, [False]])
        edges = np.flatnonzero(inside[1:] != inside[:-1]).reshape(-1, 2).tolist()
        return [Answer(a, b, float(np.log(self.inside[a:b]).mean())) for a, b in edges]


@dataclass(frozen=True, slots=True)
class Laid:
    """A claim beside a text: its `reading` as a question is read, and `states`, float32 `(tokens of both, width)`.

    The claim's tokens are `states[1 : 1 + count]`, each for the claim's characters in `places` `(count, 2)`; behind
    them come two marks and the text's tokens.
    """

    reading: WindowReading
    states: npt.NDArray[np.float32]
    count: int
    places: npt.NDArray[np.int64]


_FLOOR = -30.0


def reading(text: str, pair: Pair, tokens: npt.NDArray[np.float32], here: float) -> WindowReading:
    """Turn `(tokens of the pair, 4)` logits into a reading of the text's characters."""
    length = len(text)
    count = len(pair.places)
    inner = tokens[pair.first : pair.first + count]
    ends = np.concatenate([tokens[:1, :2], inner[:, :2]]).astype(np.float64)
    ends -= ends.max(0)
    ends -= np.log(np.exp(ends).sum(0))
    held = 1.0 / (1.0 + np.exp(-np.clip(inner[:, 2:], _FLOOR, -_FLOOR)))
    start, end = (np.full(length, _FLOOR, np.float32) for _ in range(2))
    inside, evidence = (np.zeros(length, np.float32) for _ in range(2))
    for number, (low, high) in enumerate(pair.places.tolist()):
        while low < high and text[low].isspace():  # a piece holds the space before it
            low += 1
        if low < high:
            start[low] = max(float(start[low]), float(ends[number + 1, 0]))
            end[high - 1] = max(float(end[high - 1]), float(ends[number + 1, 1]))
            inside[low:high], evidence[low:high] = held[number]
    return WindowReading(here, float(ends[0].mean()), start, end, inside, evidence)


class CrossEncoder:
    """Reads windows for a question; loaded once, used from any thread."""

    def __init__(self, folder: Path = MODEL, threads: int = 1) -> None:
        import onnxruntime  # here, so that importing this module costs nothing

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        folder = Path(folder)
        self._session: Any = onnxruntime.InferenceSession(
            _showing((folder / "model.onnx").read_bytes(), STATES),
            options,
            providers=["CPUExecutionProvider"],
            disabled_optimizers=["SkipLayerNormFusion"],  # slower than what it fuses
        )
        self._pieces = Pieces(folder)
        self._pool = ThreadPoolExecutor(os.cpu_count(), thread_name_prefix="reader")
        config: dict[str, Any] = json.loads((folder / "config.json").read_text("utf-8"))
        self.name: str = config["name"]

    def read(self, question: str, windows: Sequence[Window]) -> list[WindowReading]:
        """One reading a window, in their order.

        Windows run one by one, as many at a time as there are processors: on one core that takes half the time
        of sixteen at once, which leave its caches, and what is said of a window does not hang on those beside it.
        """
        pairs = self._pieces.pairs(question, windows)
        made = self._pool.map(self._run, pairs) if len(pairs) > 1 else map(self._run, pairs)
        return [
            reading(window.text, pair, tokens[0], float(here[0]))
            for window, pair, (tokens, here) in zip(windows, pairs, made, strict=True)
        ]

    def _run(self, pair: Pair) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
        tokens, here = self._session.run(["tokens", "here"], {"ids": pair.ids[None]})
        return tokens, here

    def lay(self, claim: str, text: str) -> Laid:
        """Read a text for a claim in the question's place; one run serves the reading and the states."""
        (pair,) = self._pieces.pairs(claim, [Window(text)], LONGEST_CLAIM, LONGEST_TEXT)
        tokens, here, states = self._session.run(
            ["tokens", "here", STATES], {"ids": pair.ids[None]}
        )
        made = reading(text, pair, tokens[0], float(here[0]))
        count = pair.first - 3
        return Laid(made, states[0], count, self._pieces.places(claim)[:count])


def _showing(model: bytes, name: str) -> bytes:
    """A model whose graph gives one of its inner values, too.

    Protocol buffers merge what is appended: here a graph (field 7 of a model) of one output (12) with its name (1).
    A value's type (2) of float32 is asked for by ONNX.
    """
    float32 = b"\x12\x04\x0a\x02\x08\x01"
    output = b"\x0a" + bytes([len(name)]) + name.encode() + float32
    graph = b"\x62" + bytes([len(output)]) + output
    return model + b"\x3a" + bytes([len(graph)]) + graph


@lru_cache(maxsize=1)
@shipped(MODEL)
def builtin() -> CrossEncoder:
    """The shipped model, loaded once."""
    return CrossEncoder()


def probability(log_odds: float) -> float:
    """The probability that log odds stand for.

    >>> probability(0.0)
    0.5
    """
    return 1.0 / (1.0 + math.exp(-min(30.0, max(-30.0, log_odds))))
