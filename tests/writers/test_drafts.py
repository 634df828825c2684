"""How a sentence that answers is cut: around its answer, and so that it stays true."""

from __future__ import annotations

from server.question.understanding import understand
from server.writers.extractive import draft
from tests.evidence.made import sentence

TAIL = (
    "，沿线的居民不必再绕行山路，货车也不再穿过县城，两岸的集市因此热闹起来，"
    "过江的人比从前多了许多，渡口的老船工改行做了导游，山里的果子当天就能运到省城"
)


def drafted(question: str, text: str, answer: str) -> str:
    return draft(understand(question).parts[0], sentence(text), answer, answer).text


def test_a_plan_stays_recognisable_as_one() -> None:
    text = f"县里力争补齐短板，全县的大桥达到12座{TAIL}。"
    assert drafted("全县有多少座大桥？", text, "12座").startswith("县里力争补齐短板，")


def test_when_an_amount_is_of_stays_with_it() -> None:
    for time in ("2024年底", "截至目前"):
        text = f"{time}，工程进展顺利，全县的大桥有12座{TAIL}。"
        assert drafted("全县有多少座大桥？", text, "12座").startswith(time)


def test_an_answer_of_several_clauses_is_kept_whole() -> None:
    names = "东江大桥、西江大桥，南江的两座便桥"
    text = f"近日，记者看到{TAIL}{TAIL}，县里新建了{names}。"
    assert names in drafted("县里新建了哪座大桥？", text, names)


def test_a_reason_is_shown_with_more_of_its_sentence_than_a_number() -> None:
    text = f"县里新建了12座大桥{TAIL}。"
    assert drafted("县里为什么新建大桥？", text, "沿线的居民不必再绕行山路") == text
    assert drafted("县里新建了多少座大桥？", text, "12座") == "县里新建了12座大桥。"


def test_an_agency_s_mark_is_shown_only_to_who_asks_when_or_who_wrote() -> None:
    text = "新华社云溪7月22日电（记者何远）东江大桥全长3公里。"
    assert drafted("东江大桥有多长？", text, "3公里") == "东江大桥全长3公里。"
    assert "何远" in drafted("写东江大桥的记者是谁？", text, "何远")
