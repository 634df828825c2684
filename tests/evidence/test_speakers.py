"""Who speaks in an interview, and whose words answer nothing about another."""

from __future__ import annotations

import pytest

from index import Article, Block
from index.pages.articles import split
from index.records import Passage, Source
from server.evidence.elsewhere import Elsewhere
from server.evidence.must_hold import clash
from server.evidence.sentences import Sentence, block_at
from server.evidence.speakers import presented, turns
from server.question.understanding import understand

TURNS = (
    "何站长：今年蓄水早，春灌不愁。",
    "闸门也换了新的，夏天不漏水。",
    "林老师：学校的水管冻裂了两次。",
    "何站长：管子由站里来修，开学前修好。",
    "林老师：孩子们喝水要紧，越快越好。",
)


def why_not(question: str, said: str, lines: tuple[str, ...] = TURNS) -> str:
    (article,) = split(Source("a.txt", "\n\n".join(["水库问答", *lines]), ""))
    start = article.text.index(said)
    end = start + len(said)
    block = block_at(article, start)
    assert block is not None
    passage = Passage("p", article.id, "a.txt", said, start, end, ())
    sentence = Sentence(article, passage, start, end, block, 0, 1.0)
    return clash(understand(question).parts[0], sentence)


@pytest.mark.parametrize(
    ("said", "why"),
    [
        (TURNS[2], ""),
        (TURNS[3], "那是何站长说的，不是林老师"),
        (TURNS[1], "那是何站长说的，不是林老师"),  # he goes on
    ],
)
def test_what_one_says_is_not_what_another_says(said: str, why: str) -> None:
    assert why_not("林老师说水管怎么样了？", said) == why


def test_who_is_not_named_may_be_answered_by_anybody() -> None:
    assert why_not("水管怎么样了？", TURNS[3]) == ""


def test_who_does_something_may_be_told_by_anybody() -> None:
    assert why_not("谁来修林老师学校的水管？", TURNS[3]) == ""


@pytest.mark.parametrize("lines", [TURNS[:3], (TURNS[0], TURNS[3], "地点：二楼", "地点：三楼")])
def test_one_who_speaks_alone_holds_no_conversation(lines: tuple[str, ...]) -> None:
    (article,) = split(Source("a.txt", "\n\n".join(["水库问答", *lines]), ""))
    assert turns(article) == {}


def test_a_heading_ends_what_somebody_says() -> None:
    text = "# 水库问答\n\n" + "\n\n".join([*TURNS, "## 后记", "水库去年大修过一次。"])
    (article,) = split(Source("a.md", text, "", format="md"))
    said = turns(article)
    assert said[article.text.index("孩子们") - len("林老师：")] == "林老师"
    assert said[article.text.index("水库去年")] == ""


def test_who_speaks_is_known_by_the_line_that_presents_him() -> None:
    lead = "水库今年蓄水早，两岸的人都来看水。" * 8  # where an article begins is told of all of it
    lines = (
        lead,
        "王建国 江州大学水利学院教授",
        "李秀英 东江县水务局局长",
        "王建国：蓄水要早，春灌才不愁。",
        "李秀英：闸门都换了新的。",
        "王建国：山上的林子能保住水。",
        "李秀英：村村都有人看水。",
    )
    (article,) = split(Source("a.txt", "\n\n".join(["水库问答", *lines]), ""))
    blocks = {article.text[b.start : b.end]: b for b in article.blocks}
    wang, li = (_of(article, blocks[line]) for line in lines[5:])
    assert "江州大学" in presented(wang)
    assert "水务局" in presented(li)
    (part,) = understand("江州大学的教授说山上的林子有什么用？").parts
    elsewhere = Elsewhere(part, [article])
    assert elsewhere.of(wang) == 0
    assert elsewhere.of(li) > 0


def _of(article: Article, block: Block) -> Sentence:
    passage = Passage("p", article.id, "a.txt", "", block.start, block.end, ())
    return Sentence(article, passage, block.start, block.end, block, 0, 1.0)
