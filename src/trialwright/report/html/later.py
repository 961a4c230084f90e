"""Parts of a long page that a browser lays out only when a reader opens them.

The pages of a thousand patients are millions of elements, which no browser shows at once. Their
HTML is kept compressed within the page, as text that the browser does not read, until the part
is opened. A page of a usual trial holds everything laid out, and needs no script to be read.
"""

from __future__ import annotations

import base64
import zlib

from markupsafe import Markup


class Shelf:
    """Puts parts of the page aside.

    Parameters
    ----------
    used : bool
        Whether parts are put aside; if not, they stay where they are.
    """

    def __init__(self, *, used: bool) -> None:
        self.used = used

    def put(self, part: str) -> Markup:
        """Return what stands in the page for a part: the part, or a script element that holds it.

        Parameters
        ----------
        part : str
            HTML whose every text went through escape.
        """
        if not self.used:
            return Markup(part)  # noqa: S704
        content = base64.b64encode(zlib.compress(part.encode())).decode()
        return Markup('<script type="text/plain" class="later">{}</script>').format(content)
