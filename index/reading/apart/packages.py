"""Files that are a ZIP of parts (.docx, .xlsx, .pptx, .odt, .epub): looked at before they are opened."""

from __future__ import annotations

import io
import lzma
import struct
import zipfile
import zlib

from index.errors import SourceError
from index.reading.apart.ole import check_compound

#: What a package may unpack to, in bytes and in members, and how much larger than it is.
MAX_BYTES, MAX_MEMBERS, MAX_RATIO = 200_000_000, 10_000, 300
#: Below this many bytes no ratio is a bomb.
_SMALL = 20_000_000


def check_package(data: bytes, part: str) -> None:
    """Raises: SourceError, unless it is a package with this part, within its bounds."""
    check_compound(data)
    with open_zip(data) as package:
        names = set(package.namelist())
    if part not in names:
        raise SourceError("corrupt: it is not what its ending says", hint="Save it again.")


#: What zipfile, and what unpacks for it, raises over damage that it does not look for.
BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    EOFError,
    IndexError,
    OSError,
    OverflowError,
    RuntimeError,  # NotImplementedError is one
    ValueError,
)


def open_zip(data: bytes) -> zipfile.ZipFile:
    """Raises: SourceError, when it is none, is encrypted or would unpack to too much."""
    try:
        package = zipfile.ZipFile(io.BytesIO(data))
    except BROKEN as error:
        raise SourceError(
            "corrupt: it cannot be opened, it is cut short or not what its ending says",
            hint="Save it, or copy it, again.",
        ) from error
    members = package.infolist()
    size = sum(member.file_size for member in members)
    if len(members) > MAX_MEMBERS or size > max(_SMALL, min(MAX_BYTES, MAX_RATIO * len(data))):
        raise SourceError(
            f"oversize: it unpacks to {size:,} bytes in {len(members):,} parts",
            hint="Split it.",
        )
    if any(member.flag_bits & 1 for member in members):
        raise SourceError("encrypted: it asks for a password", hint="Save it without a password.")
    return package
