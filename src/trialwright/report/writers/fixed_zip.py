"""Files of Office are zip archives: packed here without a clock, so that the bytes repeat."""

from __future__ import annotations

import re
import zipfile
from io import BytesIO

_CORE = "docProps/core.xml"
_CLOCK = re.compile(rb"<dcterms:(created|modified)\b.*?</dcterms:\1>", re.DOTALL)
_EARLIEST = (1980, 1, 1, 0, 0, 0)  # of a zip archive; no day of its own


def without_clock(content: bytes) -> bytes:
    """Return an Office file whose members are dated alike, without days of creation and change.

    Parameters
    ----------
    content : bytes
        A file of Word or Excel.
    """
    written = BytesIO()
    with (
        zipfile.ZipFile(BytesIO(content)) as before,
        zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as after,
    ):
        for name in before.namelist():
            member = zipfile.ZipInfo(name, date_time=_EARLIEST)
            member.compress_type = zipfile.ZIP_DEFLATED
            kept = before.read(name)
            after.writestr(member, _CLOCK.sub(b"", kept) if name == _CORE else kept)
    return written.getvalue()
