"""What is said back to small talk: never anything out of the articles."""

from __future__ import annotations

from server.question.small_talk import Kind

ENGINE = "small_talk"

_REPLIES: dict[Kind, tuple[str, str]] = {
    "thanks": (
        "不客气。还想知道文章里的什么，接着问就行。",
        "You are welcome. Ask on whenever there is more you want to know from the articles.",
    ),
    "hello": (
        "你好。我只根据库里的文章回答，每句话都附原文出处。想知道什么，直接问。",
        "Hello. I answer from the articles of this library alone, each sentence with its source. "
        "Just ask.",
    ),
    "bye": ("再见，随时再来问。", "Goodbye, come back whenever you like."),
    "who": (
        "我是“有据”：只根据库里的文章回答，每句话后面的编号点开就是原文。可以问文章里的数字、时间、人物、地点、原因和做法，"
        "也可以问库里有多少篇文章、最近的是哪篇、有没有关于某件事的文章。",
        "I am Youju: I answer from the articles of this library alone, and the number behind each "
        "sentence opens its source. Ask about figures, dates, people, places, reasons and ways; or "
        "how many articles there are, which is the latest, or whether any is about something.",
    ),
    "doubt": (
        "我的回答都取自文章原句，点句子后面的编号就能看到原文。拿不准的话，可以把问题问得再具体些。",
        "My answers are taken from the articles: the number behind a sentence opens its source. "
        "If you are not sure, ask again and say more.",
    ),
    "wrong": (
        "抱歉没有答到点子上。请把要问的再说一遍，写明说的是谁、哪个地方或哪一年，会找得更准。",
        "I am sorry that missed the point. Ask again and name who, where or which year you mean.",
    ),
    "nod": (
        "好的。还想知道文章里的什么，接着问就行。",
        "All right. Ask on whenever there is more you want to know from the articles.",
    ),
    "chat": (
        "我不会闲聊，只会根据库里的文章回答问题。想知道文章里的什么，直接问就行。",
        "I do not chat; I answer questions from the articles of this library. Just ask one.",
    ),
    "marks": (
        "没有看到要问的内容。请把问题写成一句话，例如“某项工程什么时候完工？”。",
        "There is no question in this. Write one as a sentence, such as "
        "“When will the bridge be finished?”.",
    ),
}


def reply(kind: Kind, language: str) -> str:
    """What to say back, in Chinese or English."""
    chinese, english = _REPLIES[kind]
    return english if language == "en" else chinese
