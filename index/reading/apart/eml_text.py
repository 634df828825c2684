"""Mails in ``.eml``: subject, sender, date, the text, what is attached by name, and that itself."""

from __future__ import annotations

import email
import email.policy
from collections.abc import Iterator
from contextlib import suppress
from email.message import EmailMessage, MIMEPart
from email.utils import parseaddr, parsedate_to_datetime

from index.errors import SourceError
from index.reading.apart.document import Document, Part, document, said_date
from index.reading.apart.html_pieces import write_shown
from index.reading.decode import decode
from index.reading.written import Written

_TEXTS = {"txt": "txt", "md": "md", "html": "html", "htm": "html"}


def read_eml(data: bytes) -> list[Part]:
    """The mail, and each attachment that can be read. Raises: SourceError."""
    mail = email.message_from_bytes(data, policy=email.policy.default)
    if not isinstance(mail, EmailMessage) or not (mail["from"] or mail["subject"] or mail["date"]):
        raise SourceError("corrupt: it is no mail", hint="Save it again.")
    subject = str(mail["subject"] or "").strip()
    name, address = parseaddr(str(mail["from"] or ""))
    out = Written(title=subject, author=name or address, date=_date(mail))
    for field, word in (("to", "收件人"), ("cc", "抄送")):
        if mail[field]:
            out.paragraph(f"{word}：{mail[field]}", tight=True)
    out.holds_text = bool(subject)
    body = mail.get_body(("plain", "html"))
    if body is not None:
        text = _text(body)
        if body.get_content_type() == "text/html":
            write_shown(out, text, down=1)
        else:
            for paragraph in text.replace("\r\n", "\n").split("\n\n"):
                out.paragraph(paragraph)
    names = [said for part in mail.iter_attachments() if (said := part.get_filename())]
    if names:
        out.paragraph("附件：" + "、".join(names))
    return [Part("", document(out, subject)), *_attached(mail)]


def _text(part: MIMEPart) -> str:
    """In the encoding that fits: 「gb2312」 is said of GB18030, too, and nonsense of anything."""
    data = part.get_payload(decode=True)
    if not isinstance(data, bytes) or not data.strip():
        return ""
    try:
        text = data.decode(part.get_content_charset("utf-8"))
    except (LookupError, UnicodeDecodeError):
        return decode(data)
    return text


def _attached(mail: EmailMessage) -> Iterator[Part]:
    """What cannot be read is named in the mail, and left."""
    from index.reading.apart.readers import CONVERTERS, FORMATS, suffix_of

    for part in mail.iter_attachments():
        name, data = part.get_filename() or "", part.get_payload(decode=True)
        suffix = suffix_of(name)
        if not isinstance(data, bytes) or suffix == ".eml":
            continue
        with suppress(Exception):  # whatever a library raises on a damaged file
            if suffix[1:] in _TEXTS:
                yield Part(
                    name, Document(decode(data, _TEXTS[suffix[1:]])), format=_TEXTS[suffix[1:]]
                )
            elif suffix[1:] in FORMATS:
                found = CONVERTERS[suffix](data)
                assert isinstance(found, Document)
                yield Part(name, found, format=suffix[1:])


def _date(mail: EmailMessage) -> str:
    try:
        return said_date(parsedate_to_datetime(str(mail["date"])))
    except (TypeError, ValueError):
        return ""
