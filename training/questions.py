"""Assemble the embedder's examples: synthetic, DRCD/CMRC and hand-written questions with their passages.

An example is a question and a stretch of the corpus. Its spans (evidence sentences, answers) count from the
start of the stretch. `label` is 1 (answered there), 0 (not answered there) or -1 (only the teacher knows).
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
from pathlib import Path

import numpy as np

from training import text as txt
from training.passages import BM25, Corpus, around, load_corpus, windows
from training.prepare import SAMPLE_GRAMS
from training.synthetic import Asked, Maker, load_tags

SYNTHETIC, REAL, HAND = range(3)
LONGEST_QUESTION, LONGEST_PASSAGE = 60, 320
EVIDENCE, ANSWERS = 5, 8  # spans kept for one example
LONG_SENTENCE = 60
POOLED = ("nr", "ns", "nt", "nz", "n", "vn")

Span = tuple[int, int]


class Examples:
    """Collects examples and writes them as arrays."""

    def __init__(self, table: np.ndarray) -> None:
        self.table = table
        self.questions: list[str] = []
        self.rows: list[tuple[int, int, int, int, int, int]] = []
        self.evidence: list[list[Span]] = []
        self.answers: list[list[Span]] = []

    def add(
        self,
        question: str,
        place: Span,
        evidence: list[Span],
        answers: list[Span],
        label: int,
        source: int,
        held: bool = False,
        group: int = -1,
    ) -> None:
        """Add one; `place` is in the whole corpus' text, and so are `evidence` and `answers`."""
        start, end = place[0], min(place[1], place[0] + LONGEST_PASSAGE)

        def inside(spans: list[Span], limit: int) -> list[Span]:
            kept = [
                (max(a, start) - start, min(b, end) - start)
                for a, b in spans
                if a < end and b > start
            ]
            return kept[:limit]

        self.questions.append(question[-LONGEST_QUESTION:])
        self.rows.append((start, end - start, label, source, int(held), group))
        self.evidence.append(inside(evidence, EVIDENCE))
        self.answers.append(inside(answers, ANSWERS))

    def save(self, path: Path) -> None:
        """Write one compressed npz."""

        def pack(spans: list[list[Span]], limit: int) -> np.ndarray:
            out = np.full((len(spans), limit, 2), -1, dtype=np.int16)
            for row, found in enumerate(spans):
                for column, span in enumerate(found):
                    out[row, column] = span
            return out

        lengths = np.asarray([len(q) for q in self.questions])
        np.savez_compressed(
            path,
            questions=txt.encode("".join(self.questions), self.table),
            question_offsets=np.r_[0, np.cumsum(lengths)].astype(np.int32),
            rows=np.asarray(self.rows, dtype=np.int32),
            evidence=pack(self.evidence, EVIDENCE),
            answers=pack(self.answers, ANSWERS),
        )


def evidence_span(text: str, sentence: Span, answer: Span) -> Span:
    """Return the sentence, or of a long one the clauses around the answer, about 60 characters."""
    start, end = sentence
    if end - start <= LONG_SENTENCE:
        return sentence
    cuts = [start, *(i + 1 for i in range(start, end) if text[i] in "，；：,;"), end]
    low = max(c for c in cuts if c <= answer[0])
    high = min(c for c in cuts if c >= min(answer[1], end))
    while True:
        earlier = [c for c in cuts if c < low]
        later = [c for c in cuts if c > high]
        if earlier and high - earlier[-1] <= LONG_SENTENCE:
            low = earlier[-1]
        elif later and later[0] - low <= LONG_SENTENCE:
            high = later[0]
        else:
            return low, high


def occurrences(text: str, part: str, start: int = 0, end: int | None = None) -> list[Span]:
    """Return where `part` stands in `text[start:end]`."""
    found, at = [], text.find(part, start, end)
    while part and at >= 0:
        found.append((at, at + len(part)))
        at = text.find(part, at + len(part), end)
    return found


def shift(spans: list[Span], by: int) -> list[Span]:
    """Move spans."""
    return [(a + by, b + by) for a, b in spans]


class Synthetic:
    """Adds the synthetic questions."""

    def __init__(self, corpus: Corpus, examples: Examples, seed: int) -> None:
        self.corpus, self.examples = corpus, examples
        self.random = random.Random(seed)
        self.maker = Maker(load_tags(), seed)
        self.pool = self._pool()

    def _pool(self) -> dict[str, list[str]]:
        pool: dict[str, set[str]] = {tag: set() for tag in POOLED}
        for words in self.corpus.cut[: self.corpus.news : 7]:
            for word in words[:200]:
                tag = self.maker.tags.get(word, "")
                if tag in pool and 2 <= len(word) <= 5:
                    pool[tag].add(word)
        return {tag: sorted(words) for tag, words in pool.items()}

    def words_of(self, article: int, start: int, end: int) -> list[str] | None:
        """Return the words that make up exactly `[start, end)` of the article."""
        at, words = 0, []
        for word in self.corpus.cut[article]:
            if at >= end:
                break
            if at >= start:
                words.append(word)
            at += len(word)
        return words if sum(map(len, words)) == end - start and at == end else None

    def make(self, article: int, start: int, end: int) -> tuple[Asked, str, list[str]] | None:
        """Make a question of a sentence."""
        sentence = self.corpus.lines[article][start:end]
        words = self.words_of(article, start, end)
        if words is None:
            return None
        if self.random.random() < 0.3:
            asked = self.maker.explain(sentence)
            if asked:
                return asked, sentence, words
        spans = self.maker.spans(sentence, words)
        if not spans:
            return None
        weights = [
            0.25 if kind == "noun" else 0.5 if kind in ("person", "title", "place") else 1.0
            for *_, kind in spans
        ]
        asked = self.maker.ask(sentence, words, self.random.choices(spans, weights)[0])
        return (asked, sentence, words) if asked else None

    def place(
        self, article: int, sentence: Span, group: int, made: tuple[Asked, str, list[str]]
    ) -> bool:
        """Add the question with the passage around `sentence` of `article`, and its near misses."""
        asked, own, words = made
        text, base = self.corpus.lines[article], int(self.corpus.offsets[article])
        answer = own[asked.start : asked.end]
        found = occurrences(text, answer, *sentence)
        if not found:
            return False
        spans = txt.sentences(text)
        index = next((i for i, s in enumerate(spans) if s[0] <= found[0][0] < s[1]), 0)
        window = around(
            spans, index, self.random.randint(80, LONGEST_PASSAGE), self.random.random()
        )
        if window[1] - window[0] > LONGEST_PASSAGE:
            window = (
                max(window[0], found[0][0] - 150),
                max(window[0], found[0][0] - 150) + LONGEST_PASSAGE,
            )
        evidence = evidence_span(text, sentence, found[0])
        place = (window[0] + base, window[1] + base)
        add = self.examples.add
        add(
            asked.question,
            place,
            shift([evidence], base),
            shift(found[:1], base),
            1,
            SYNTHETIC,
            group=group,
        )
        passage = text[window[0] : window[1]]
        dice = self.random.random()
        if dice < 0.45:
            swapped = self.maker.swap(asked, text, self.pool)
            if swapped:
                add(swapped, place, [], [], 0, SYNTHETIC, group=group)
        elif dice < 0.65:
            absent = self.maker.absent(words, text)
            if absent:
                add(absent, place, [], [], 0, SYNTHETIC, group=group)
        elif dice < 0.9:
            others = [w for w in windows(text, 200) if w[1] <= window[0] or w[0] >= window[1]]
            if others:
                other = self.random.choice(others)
                if answer not in text[other[0] : other[1]] and answer in passage:
                    add(
                        asked.question,
                        (other[0] + base, other[1] + base),
                        [],
                        [],
                        0,
                        SYNTHETIC,
                        group=group,
                    )
        return True

    def aligned(self, work: Path, wanted: int) -> int:
        """Ask from one article, answer from another that reports the same."""
        rows, pairs = np.load(work / "sentences.npy"), np.load(work / "aligned.npy")
        lengths = (rows[pairs[:, :2], 2] - rows[pairs[:, :2], 1]).astype(float)
        alike = SAMPLE_GRAMS * pairs[:, 2] / (lengths.min(1) - 3)
        pairs = pairs[
            (alike > 0.12) & (alike < 0.8) & (lengths.min(1) >= 16) & (lengths.max(1) < 220)
        ]
        order = np.random.default_rng(5).permutation(len(pairs))
        used: dict[int, int] = {}
        made = 0
        for a, b, _ in pairs[order]:
            if self.random.random() < 0.5:
                a, b = b, a
            if used.get(int(b), 0) >= 2 or made >= wanted:
                continue
            question = self.make(*(int(x) for x in rows[a]))
            article, start, end = (int(x) for x in rows[b])
            if question and self.place(article, (start, end), made, question):
                used[int(b)] = used.get(int(b), 0) + 1
                made += 1
        return made

    def own(self, work: Path, wanted: int, group: int) -> int:
        """Ask and answer from the same sentence."""
        rows = np.load(work / "sentences.npy")
        rows = rows[(rows[:, 2] - rows[:, 1] >= 16) & (rows[:, 2] - rows[:, 1] < 200)]
        made = 0
        for row in rows[np.random.default_rng(6).permutation(len(rows))]:
            article, start, end = (int(x) for x in row)
            question = self.make(article, start, end)
            if question and self.place(article, (start, end), group + made, question):
                made += 1
            if made >= wanted:
                break
        return made


def held_out(key: str, percent: int) -> bool:
    """Decide by a hash of the article's name."""
    return int(hashlib.md5(key.encode()).hexdigest(), 16) % 100 < percent


def real(
    data: Path,
    corpus: Corpus,
    examples: Examples,
    maker: Maker,
    pool: dict[str, list[str]],
    group: int,
) -> None:
    """Add DRCD and CMRC; whole articles are held out."""
    import jieba

    line = corpus.news
    chance = random.Random(9)
    for name in ("drcd_dev.json", "drcd_test.json", "cmrc_trial.json"):
        percent = {"drcd_dev.json": 0, "drcd_test.json": 35, "cmrc_trial.json": 25}[name]
        for article, context, asked in txt.read_squad(data / name):
            text, base = corpus.lines[line], int(corpus.offsets[line])
            line += 1
            spans = txt.sentences(text)
            # dev and test share articles: what is held out of one is left out of the other
            held = (
                held_out("drcd" + article, 35)
                if "drcd" in name
                else held_out("cmrc" + article, percent)
            )
            if held and name == "drcd_dev.json":
                continue
            for question, answer, start in asked:
                group += 1
                number = len(occurrences(context[:start], answer))
                found = occurrences(text, answer)
                if not found:
                    continue
                at = found[min(number, len(found) - 1)]
                index = next(i for i, s in enumerate(spans) if s[0] <= at[0] < s[1])
                evidence = evidence_span(text, spans[index], at)
                for _ in range(1 if held else 2):
                    size = 1000 if held else chance.randint(120, LONGEST_PASSAGE)
                    window = around(spans, index, size, chance.random())
                    if window[1] - window[0] > LONGEST_PASSAGE:
                        low = max(
                            window[0],
                            min(at[0] - chance.randint(20, 260), window[1] - LONGEST_PASSAGE),
                        )
                        window = (low, low + LONGEST_PASSAGE)
                    place = (window[0] + base, window[1] + base)
                    examples.add(
                        question,
                        place,
                        shift([evidence], base),
                        shift([at], base),
                        1,
                        REAL,
                        held,
                        group,
                    )
                others = [w for w in windows(text, 250) if answer not in text[w[0] : w[1]]]
                if others:
                    other = chance.choice(others)
                    examples.add(
                        question, (other[0] + base, other[1] + base), [], [], 0, REAL, held, group
                    )
                words = list(jieba.cut(question))
                swapped = maker.swap(Asked(question, 0, 0, "", words), text, pool)
                if swapped and not held:
                    examples.add(swapped, place, [], [], 0, REAL, held, group)


def locate(
    corpus: Corpus, index: dict[str, int], file: str, quote: str
) -> tuple[int, int, int] | None:
    """Return `(line, start, end)` of a quote."""
    line = index.get(file.partition("#")[2])
    if line is None:
        return None
    squeezed = txt.SPACES.sub(" ", quote).strip()
    at = corpus.lines[line].find(squeezed)
    if at < 0:
        at = corpus.lines[line].find(txt.clean(quote))
        squeezed = txt.clean(quote)
    return (line, at, at + len(squeezed)) if at >= 0 else None


def hand(folder: Path, corpus: Corpus, examples: Examples, group: int, copies: int) -> int:
    """Add the hand-written questions, `copies` differing passages for each place."""
    index = {name: number for number, name in enumerate(corpus.names)}
    chance = random.Random(11)
    added = 0
    for path in sorted(folder.glob("news_*.jsonl")):
        for row in (
            json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()
        ):
            history = row.get("history") or []
            question = (
                (history[-1].get("question") or history[-1].get("q") or "") if history else ""
            )
            question += row["question"]
            group += 1
            if not row["answers"]:
                for name in row.get("near") or []:
                    line = index.get(name.rpartition("#")[2])
                    if line is None:
                        continue
                    held = held_out(corpus.names[line], 30)
                    for window in windows(corpus.lines[line]):
                        for _ in range(1):
                            place = tuple(shift([window], int(corpus.offsets[line]))[0])
                            examples.add(question, place, [], [], 0, HAND, held, group)
                    added += 1
                continue
            places = [
                p
                for part in row["evidence"]
                for e in part[:1]
                if (p := locate(corpus, index, e["file"], e["quote"]))
            ]
            if not places:
                continue
            added += 1
            held = held_out(corpus.names[places[0][0]], 30)
            lines = {p[0] for p in places}
            for line in lines:
                text, base = corpus.lines[line], int(corpus.offsets[line])
                spans = txt.sentences(text)
                evidence = [p[1:] for p in places if p[0] == line]
                answers = [
                    f
                    for e in evidence
                    for part in row["answers"]
                    for alias in part[:3]
                    for f in occurrences(text, txt.SPACES.sub(" ", alias).strip(), *e)[:1]
                ]
                answers = sorted(set(answers))
                for e in evidence:
                    at = next(i for i, s in enumerate(spans) if s[0] <= e[0] < s[1])
                    for _ in range(1 if held else copies):
                        size = (
                            LONGEST_PASSAGE
                            if held
                            else chance.randint(max(100, e[1] - e[0]), LONGEST_PASSAGE)
                        )
                        window = around(spans, at, size, chance.random())
                        if window[1] - window[0] > LONGEST_PASSAGE:
                            low = max(0, min(e[0] - 20, window[1] - LONGEST_PASSAGE))
                            window = (low, low + LONGEST_PASSAGE)
                        place = (window[0] + base, window[1] + base)
                        examples.add(
                            question,
                            place,
                            shift(evidence, base),
                            shift(answers, base),
                            1,
                            HAND,
                            held,
                            group,
                        )
                for window in windows(text):
                    if not any(window[0] < e[1] and e[0] < window[1] for e in evidence):
                        place = (window[0] + base, window[1] + base)
                        examples.add(
                            question, place, [], [], -1 if len(lines) > 1 else 0, HAND, held, group
                        )
    return added


def neighbours(corpus: Corpus, examples: Examples, searched: int, count: int) -> None:
    """Add, unlabelled, the passages BM25 finds for a sample of the answered questions."""
    places = [(i, s, e) for i in range(len(corpus.lines)) for s, e in windows(corpus.lines[i])]
    index = BM25([corpus.lines[i][s:e] for i, s, e in places])
    answered = [i for i, r in enumerate(examples.rows) if r[2] == 1 and not r[4]]
    chance = random.Random(12)
    synthetic = [i for i in answered if examples.rows[i][3] == SYNTHETIC]
    others = [i for i in answered if examples.rows[i][3] != SYNTHETIC]
    first = {examples.rows[i][5]: i for i in others}
    for i in [*chance.sample(synthetic, min(searched, len(synthetic))), *first.values()]:
        start, length, _, source, _, group = examples.rows[i]
        hits = index.search(examples.questions[i], 12)
        took = 0
        for row, _ in hits:
            article, low, high = places[row]
            base = int(corpus.offsets[article])
            if low + base < start + length and start < high + base:
                continue
            examples.add(
                examples.questions[i], (low + base, high + base), [], [], -1, source, False, group
            )
            took += 1
            if took >= (count if source == SYNTHETIC else 2 * count):
                break


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument(
        "--hand",
        type=Path,
        required=True,
        help="folder of news_*.jsonl, the hand-written questions",
    )
    parser.add_argument("--aligned", type=int, default=150_000)
    parser.add_argument("--own", type=int, default=60_000)
    parser.add_argument("--searched", type=int, default=30_000)
    parser.add_argument("--out", type=Path)
    a = parser.parse_args()
    corpus = load_corpus(a.work)
    examples = Examples(np.load(a.work / "table.npy"))
    synthetic = Synthetic(corpus, examples, 1)
    made = synthetic.aligned(a.work, a.aligned)
    print("aligned", made, len(examples.rows), flush=True)
    made += synthetic.own(a.work, a.own, made)
    print("own", made, len(examples.rows), flush=True)
    real(a.data, corpus, examples, synthetic.maker, synthetic.pool, 1_000_000)
    print("real", len(examples.rows), flush=True)
    print("hand", hand(a.hand, corpus, examples, 2_000_000, 4), len(examples.rows), flush=True)
    neighbours(corpus, examples, a.searched, 3)
    print("neighbours", len(examples.rows), flush=True)
    examples.save(a.out or a.work / "examples.npz")
    rows = np.asarray(examples.rows)
    for source in range(3):
        for held in range(2):
            part = rows[(rows[:, 3] == source) & (rows[:, 4] == held)]
            print(source, held, {label: int((part[:, 2] == label).sum()) for label in (1, 0, -1)})


if __name__ == "__main__":
    main()
