"""MIME multi-part user data, as cloud-init and nodeadm split it; what is malformed is recorded, not refused."""

from __future__ import annotations

import re
from typing import NamedTuple

from ekslint.source.text import Place, Text
from ekslint.userdata.encoding import peel, quoted_printable

PARTS = 128
"""Parts that are read at most."""

_DEPTH = 3
_LONGEST = 10_000
_HEADER = re.compile(r"([A-Za-z][A-Za-z0-9-]*)[ \t]*:[ \t]*(.*)")
_KNOWN = re.compile(r"(?:content-.+|mime-version|x-.+|merge-type|launch-index|from|to|subject|date|number-attachments)$", re.I)
_BOUNDARY = re.compile(r"""boundary\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s;"']+))""", re.I)
_FILE_NAME = re.compile(r"""filename\s*=\s*(?:"([^"]*)"|([^\s;"']+))""", re.I)


class Header(NamedTuple):
    """One header with its name in lower case, and the offsets of the value in the document."""

    name: str
    value: str
    place: Place


class Body(NamedTuple):
    """One part: its headers, its decoded text, the layers of encoding around it and what is malformed.

    Malformations: `no-blank-line` (the body follows the headers at once), `encoding` (its transfer encoding cannot be undone),
    `nested` (inside another multi-part, where nodeadm does not look).
    """

    headers: list[Header]
    text: Text
    place: Place
    layers: tuple[str, ...]
    malformations: tuple[str, ...]

    @property
    def types(self) -> list[str]:
        """The media types of all Content-Type headers, without parameters (eksctl writes two)."""
        return [h.value.split(";")[0].strip().lower() for h in self.headers if h.name == "content-type"]

    @property
    def file_name(self) -> str | None:
        """The name in Content-Disposition, under which cloud-init stores a script."""
        for header in self.headers:
            if header.name == "content-disposition":
                found = _FILE_NAME.search(header.value)
                if found:
                    return found.group(1) or found.group(2)
        return None


class Mime(NamedTuple):
    """What the outer headers and the boundary lines say.

    `multipart`: the content type is `multipart/…`; `boundary` is its parameter; `uses` counts the lines that open a part; `closed`:
    the closing line stands at the end, or an opening one that nothing follows, where Go's mime/multipart ends as well; `version`:
    there is a MIME-Version header, without which cloud-init does not read the headers; `at_start`: no blank line stands before
    them, behind which nodeadm and cloud-init take all for a body; `outside` are the texts before the first boundary and after the
    last, unless that closes the document; `cut`: there are more parts than are read.
    """

    multipart: bool
    boundary: str | None
    uses: int
    closed: bool
    version: bool
    at_start: bool
    place: Place
    bodies: list[Body]
    outside: list[Text]
    cut: bool


def split(text: Text, depth: int = 0) -> Mime | None:
    """The parts of a document that begins with MIME headers; None for any other text."""
    value = text.value
    start = len(value) - len(value.lstrip())
    headers, body, blank = _headers(text, start, strict=True)
    kind = next((h for h in headers if h.name == "content-type"), None)
    version = any(h.name == "mime-version" for h in headers)
    if kind is None or not (version or kind.value.lower().startswith("multipart/")):
        return None
    if not kind.value.lower().startswith("multipart/"):
        return Mime(
            False, None, 0, True, version, start == 0, kind.place, [_body(text, headers, body, len(value), blank)], [], False
        )
    found = _BOUNDARY.search(kind.value)
    boundary = next((g for g in found.groups() if g is not None), "") if found else ""
    if not boundary:
        return Mime(True, None, 0, False, version, start == 0, kind.place, [], [text.part(body, len(value))], False)
    return _multipart(text, body, boundary, version, kind.place, depth)._replace(at_start=start == 0)


def _multipart(text: Text, body: int, boundary: str, version: bool, place: Place, depth: int) -> Mime:
    value = text.value
    line = re.compile(r"^--" + re.escape(boundary) + r"(--)?[ \t]*\r?$", re.M)
    bodies: list[Body] = []
    uses, closed, cut = 0, False, False
    outside: list[Text] = []
    opened: int | None = None
    last = body
    for match in line.finditer(value, body):
        if opened is None:
            outside.append(text.part(body, match.start()))
        else:
            _add(bodies, text, opened, match.start(), depth)
        last = min(match.end() + 1, len(value))
        if match.group(1):
            closed = True
            opened = None
            break
        if len(bodies) >= PARTS:
            cut = True
            break
        uses += 1
        opened = last
    if opened is not None and opened == len(value) and value.endswith("\n") and bodies:
        closed = True
    elif opened is not None and not cut:
        _add(bodies, text, opened, len(value), depth)
        last = len(value)
    if not closed:
        outside.append(text.part(last, len(value)))
    return Mime(True, boundary, uses, closed, version, True, place, bodies, outside, cut)


def _add(bodies: list[Body], text: Text, start: int, end: int, depth: int) -> None:
    headers, at, blank = _headers(text, start, strict=False, end=end)
    body = _body(text, headers, at, end, blank)
    if depth < _DEPTH and any(t.startswith("multipart/") for t in body.types):
        inner = split(text.part(start, end), depth + 1)
        if inner is not None and inner.boundary:
            bodies += [b._replace(malformations=(*b.malformations, "nested")) for b in inner.bodies[: PARTS - len(bodies)]]
            return
    bodies.append(body)


def _headers(text: Text, start: int, strict: bool, end: int | None = None) -> tuple[list[Header], int, bool]:
    """The headers from `start` on, where the body begins, and whether a blank line parts the two.

    Only the names of MIME and mail headers are headers (`strict`: also no blank line may come first), so that a body without a
    blank line before it is not taken for one.
    """
    value = text.value
    end = len(value) if end is None else end
    headers: list[Header] = []
    at = start
    while at < end:
        stop = value.find("\n", at, end)
        stop = end if stop < 0 else stop
        line = value[at:stop].rstrip("\r")
        if not line.strip():
            return headers, min(stop + 1, end), bool(headers) or not strict
        if line[0] in " \t" and headers and len(headers[-1].value) < _LONGEST:
            name, said, place = headers[-1]
            headers[-1] = Header(name, f"{said} {line.strip()}", place)
        else:
            found = _HEADER.match(line)
            if found is None or _KNOWN.match(found.group(1)) is None:
                return headers, at, False
            place = text.place(at, at + len(line.rstrip()))
            headers.append(Header(found.group(1).lower(), found.group(2).strip(), place))
        at = stop + 1
    return headers, min(at, end), True


def _body(text: Text, headers: list[Header], start: int, end: int, blank: bool) -> Body:
    place = headers[0].place if headers else text.place(start, min(start + 1, end))
    malformations = [] if blank else ["no-blank-line"]
    body: Text = text.part(start, end)
    encoding = next((h.value.strip().lower() for h in headers if h.name == "content-transfer-encoding"), "")
    peeled = peel(body, True if encoding == "base64" else None)
    body = quoted_printable(body) if encoding == "quoted-printable" and not peeled.layers else peeled.text
    if peeled.problem or (encoding == "base64" and not peeled.layers):
        malformations.append("encoding")
    return Body(headers, body, place, peeled.layers, tuple(malformations))
