"""Files of Office before 2007, and those of today under a password: both are compound files."""

from __future__ import annotations

from index.errors import SourceError

_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
#: Endings of such files, of which nothing is read.
OLD = (".doc", ".xls", ".ppt")
REASON, HINT = "old: it is of the format before 2007", "Save it as .docx, .xlsx or .pptx."
_LOCKED = "EncryptedPackage".encode("utf-16-le")


def check_compound(data: bytes) -> None:
    """Raises: SourceError, when it is one."""
    if not data.startswith(_OLE):
        return
    if _LOCKED in data:
        raise SourceError("encrypted: it asks for a password", hint="Save it without a password.")
    raise SourceError(REASON, hint=HINT)
