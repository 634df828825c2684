"""Mails in ``.eml``: subject, sender, date, the text, and what is attached by name."""

from __future__ import annotations

import email
import email.policy
from email.message import EmailMessage
from email.utils import parseaddr, parsedate_to_datetime

from index.errors import SourceError
from index.reading.apart.document import Document, document, said_date
from index.reading.apart.html_pieces import write_shown
from index.reading.written import Written


def read_eml(data: bytes) -> Document:
    """Raises: SourceError."""
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
        text = str(body.get_content())
        if body.get_content_type() == "text/html":
            write_shown(out, text, down=1)
        else:
            for paragraph in text.replace("\r\n", "\n").split("\n\n"):
                out.paragraph(paragraph)
    names = [said for part in mail.iter_attachments() if (said := part.get_filename())]
    if names:
        out.paragraph("附件：" + "、".join(names))
    return document(out, subject)


def _date(mail: EmailMessage) -> str:
    try:
        return said_date(parsedate_to_datetime(str(mail["date"])))
    except (TypeError, ValueError):
        return ""
