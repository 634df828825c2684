"""The numbers of Word's lists: they stand in no text, only how to count does."""

from __future__ import annotations

from typing import Any

from docx.oxml.ns import qn

_HAN = "〇一二三四五六七八九"


class Numbers:
    """Counts the numbered paragraphs of a document, in their order."""

    def __init__(self, file: Any) -> None:
        self._kinds: dict[str, dict[int, tuple[str, str, int]]] = {}
        self._counts: dict[str, dict[int, int]] = {}
        self._styles = {}
        for style in file.styles:
            found = style.element.find(f"{qn('w:pPr')}/{qn('w:numPr')}")
            if found is not None:
                self._styles[style.style_id] = found
        try:
            root = file.part.numbering_part.element
        except (KeyError, NotImplementedError):
            return
        levels = {
            one.get(qn("w:abstractNumId")): _levels(one) for one in root.iter(qn("w:abstractNum"))
        }
        for num in root.iter(qn("w:num")):
            kind = num.find(qn("w:abstractNumId"))
            if kind is not None:
                self._kinds[num.get(qn("w:numId"))] = levels.get(kind.get(qn("w:val")), {})

    def of(self, p: Any) -> str:
        """The number in front of a paragraph, a bullet or nothing."""
        key, level = self._place(p)
        kinds = self._kinds.get(key, {})
        if level not in kinds:
            return ""
        counts = self._counts.setdefault(key, {})
        counts[level] = counts.get(level, kinds[level][2] - 1) + 1
        for deeper in [n for n in counts if n > level]:
            del counts[deeper]
        form, pattern, _ = kinds[level]
        if form in ("bullet", "none"):
            return "• " if form == "bullet" else ""
        for n in range(level + 1):
            if n in kinds:
                count = counts.get(n, kinds[n][2])
                pattern = pattern.replace(f"%{n + 1}", _written(count, kinds[n][0]))
        return pattern if pattern[-1:] in "、）)" else f"{pattern} "

    def _place(self, p: Any) -> tuple[str, int]:
        found = p.find(f"{qn('w:pPr')}/{qn('w:numPr')}")
        style = p.find(f"{qn('w:pPr')}/{qn('w:pStyle')}")
        if found is None and style is not None:
            found = self._styles.get(style.get(qn("w:val")))
        if found is None:
            return "", 0
        number, level = found.find(qn("w:numId")), found.find(qn("w:ilvl"))
        depth = level.get(qn("w:val"), "0") if level is not None else "0"
        key = number.get(qn("w:val"), "") if number is not None else ""
        return key, int(depth) if depth.isdigit() else 0


def _levels(kind: Any) -> dict[int, tuple[str, str, int]]:
    found = {}
    for level in kind.iter(qn("w:lvl")):
        form, text, start = (
            one.get(qn("w:val"), "") if (one := level.find(qn(name))) is not None else ""
            for name in ("w:numFmt", "w:lvlText", "w:start")
        )
        depth = level.get(qn("w:ilvl"), "0")
        if depth.isdigit():
            found[int(depth)] = form, text, int(start) if start.isdigit() else 1
    return found


def _written(number: int, form: str) -> str:
    if form.startswith(("chinese", "taiwanese", "ideograph", "japanese")):
        return _hanzi(number)
    if form in ("lowerLetter", "upperLetter") and 0 < number <= 26:
        return chr((96 if form == "lowerLetter" else 64) + number)
    if form in ("lowerRoman", "upperRoman") and 0 < number < 40:
        tens, ones = divmod(number, 10)
        units = ("", "i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix")
        roman = "x" * tens + units[ones]
        return roman if form == "lowerRoman" else roman.upper()
    if form.startswith("decimalEnclosedCircle") and 0 < number <= 20:
        return chr(0x245F + number)
    return str(number)


def _hanzi(number: int) -> str:
    """1 to 99: 一, 十, 十二, 三十四."""
    if not 0 < number < 100:
        return str(number)
    tens, ones = divmod(number, 10)
    ten = "" if not tens else "十" if tens == 1 else f"{_HAN[tens]}十"
    return ten + (_HAN[ones] if ones else "")
