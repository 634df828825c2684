"""The parts of a question, each as the articles answer it: about what the first one is about, or alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from server.evidence.judgement import Judgement
from server.evidence.reading import ReadSentence
from server.question.understanding import Asked, Part

SURE = 0.5  # a form with a sentence that bears the answer so likely is not compared with another
FAINT = 0.05  # what bears an answer less likely than that is said of another part
STRAY = (
    0.3  # what a form without the first part's subject finds in yet another article counts so much
)


def settled(
    asked: Asked, read: Callable[[Part], list[ReadSentence]], judgement: Judgement
) -> tuple[Asked, dict[Part, list[ReadSentence]]]:
    """A question, each part in the form that the articles answer likeliest; and what was read for it."""
    found: dict[Part, list[ReadSentence]] = {}
    for part in asked.parts:
        forms: dict[Part, list[ReadSentence]] = {}
        for form in part.forms:
            forms[form] = read(form)
            if _best(forms[form], judgement) >= SURE:
                break
        form = part if len(forms) == 1 else _likeliest(forms, found, judgement)
        found[form] = forms[form]
    return replace(asked, parts=tuple(found)), found


def _likeliest(
    forms: Mapping[Part, Sequence[ReadSentence]],
    before: Mapping[Part, Sequence[ReadSentence]],
    judgement: Judgement,
) -> Part:
    """The form answered likeliest; what none of the parts is told in counts for less."""
    first = next(iter(forms))
    near = {ones[0].sentence.article.id for ones in (*before.values(), forms[first]) if ones}

    def likely(form: Part) -> float:
        ones = forms[form]
        strays = form is not first and ones and ones[0].sentence.article.id not in near
        return _best(ones, judgement) * (STRAY if strays else 1.0)

    return max(forms, key=likely)


def own_words(
    part: Part, read: Mapping[Part, Sequence[ReadSentence]], judgement: Judgement
) -> bool:
    """Whether a part of several has a sentence of its own, however faint."""
    return len(read) == 1 or _best(read[part], judgement) >= FAINT


def _best(read: Sequence[ReadSentence], judgement: Judgement) -> float:
    return max(map(judgement.bears, read), default=0.0)
