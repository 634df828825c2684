"""Whose role is asked for: what somebody is, and of which body."""

from __future__ import annotations

import re
from functools import lru_cache

from server.text.names import is_person

_BODY = r"单位|公司|企业|部门|机构|学校|大学|医院|地方|[科店局院所厂部委]室?"
_ROLE = re.compile(
    rf"(?:[^，？]{{2,20}}的)?(?P<who>[\u4e00-\u9fff·]{{2,8}}?)(?:到底|究竟|现在|目前)?(?:"
    rf"(?:是|在|来自|属于|任职于?)(?:什么|啥|哪个?一?[家所个]?)(?:{_BODY}|里|儿)(?:的?(?:人|工作|上班|任职|任教)?|的)|"
    r"(?:是|担?任)(?:的?是)?(?:什么|啥)(?:职务|职位|身份|头衔|职业|人|官)?|的(?:职务|职位|身份|头衔)是(?:什么|啥)|"
    r"(?:是)?(?:干|做)(?:什么|啥)(?:工作)?的|是(?:谁|哪位|何许人也?)|各?是(?:什么|啥)(?:职务|身份))"
)


@lru_cache(maxsize=256)  # asked with each sentence
def introduced(text: str) -> str:
    """The person whose role a question asks for; empty when it asks for none.

    >>> introduced("王建国是什么单位的？"), introduced("制造业是什么？")
    ('王建国', '')
    """
    match = _ROLE.fullmatch(text.strip("？。 "))
    if match is None:
        return ""
    return str(match["who"]) if is_person(match["who"]) else ""
