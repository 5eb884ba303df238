"""User data through base64, gzip and MIME: what comes out, where it was written, and what is malformed."""

from __future__ import annotations

import base64
import gzip

import pytest

from ekslint.source.text import Text
from ekslint.userdata.encoding import LIMIT, peel
from ekslint.userdata.mime import PARTS, split
from ekslint.userdata.read import decode, is_user_data
from ekslint.value import Known, Unknown

NODE_CONFIG = """\
apiVersion: node.eks.aws/v1alpha1
kind: NodeConfig
spec:
  kubelet:
    config:
      maxPods: 58
"""

ARCHIVE = f"""\
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary="//"

--//
Content-Type: application/node.eks.aws

{NODE_CONFIG}
--//
Content-Type: text/x-shellscript
Content-Type: charset="us-ascii"

#!/bin/bash
echo ready
--//--
"""


def encoded(text: str | bytes) -> str:
    return base64.b64encode(text.encode() if isinstance(text, str) else text).decode()


def test_plain_text_stays_as_it_is() -> None:
    text = Text(NODE_CONFIG, "node.yaml")
    assert peel(text) == (text, (), len(NODE_CONFIG), None)


def test_base64_gives_each_line_the_place_of_its_own_characters() -> None:
    written = encoded(ARCHIVE)
    data = decode(Text(f'{{"UserData": "{written}"}}', "lt.json").part(14, 14 + len(written)), encoded=True)
    (place,) = data.max_pods.places
    line = ARCHIVE.splitlines()[11]
    at = ARCHIVE.index(line)
    assert (place.line, place.column, place.end_column) == (1, 15 + at // 3 * 4, 15 + (at + len(line) + 1 + 2) // 3 * 4)
    assert line.strip() in base64.b64decode(f'{{"UserData": "{written}"}}'[place.column - 1 : place.end_column - 1]).decode()


def test_wrapped_base64_leads_to_the_line_that_holds_it() -> None:
    wrapped = base64.encodebytes(ARCHIVE.encode()).decode()
    data = decode(Text(wrapped, "user-data.b64"))
    at = ARCHIVE.index("      maxPods: 58") // 3 * 4
    assert data.max_pods.places[0].line == at // 76 + 1
    assert data.max_pods.places[0].column == at % 76 + 1


def test_gzip_has_the_place_of_the_whole_base64() -> None:
    written = encoded(gzip.compress(ARCHIVE.encode()))
    data = decode(Text(f"  {written}\n", "user-data.b64"), encoded=True)
    assert data.layers == ("base64", "gzip")
    assert isinstance(data.max_pods, Known)
    assert data.max_pods.value == 58
    assert data.max_pods.places[0][1:] == (1, 3, 1, 3 + len(written))


@pytest.mark.parametrize(
    ("layers", "carrier", "surplus"),
    [(0, True, 0), (1, True, 0), (2, True, 1), (3, True, 2), (0, False, 0), (1, False, 1), (1, None, 0), (2, None, 1)],
)
def test_every_layer_of_base64_is_counted(layers: int, carrier: bool | None, surplus: int) -> None:
    text = ARCHIVE
    for _ in range(layers):
        text = encoded(text)
    data = decode(Text(text, "x"), encoded=carrier)
    assert data.layers == ("base64",) * layers
    assert data.surplus_base64 == surplus
    assert isinstance(data.max_pods, Known)
    assert data.max_pods.value == 58


def test_size_is_what_ec2_counts() -> None:
    inner = "#!/bin/bash\n" + "# padding\n" * 200
    for text, carrier, size in [
        (inner, False, len(inner)),
        (encoded(inner), True, len(inner)),
        (encoded(encoded(inner)), True, len(encoded(inner))),
    ]:
        found = decode(Text(text, "x"), encoded=carrier).size
        assert isinstance(found, Known)
        assert found.value == size
    packed = gzip.compress(inner.encode())
    found = decode(Text(encoded(packed), "x"), encoded=True).size
    assert isinstance(found, Known)
    assert found.value == len(packed)


def test_size_of_a_template_is_unknown() -> None:
    assert isinstance(decode(Text("#!/bin/bash\necho ${Name}\n", "x"), encoded=False).size, Unknown)


@pytest.mark.parametrize("text", ["abcd", "kubelet extra args", "c29tZXRoaW5n\nmore words here", "=" * 40, "QUJD" * 7 + "Q"])
def test_words_are_no_base64(text: str) -> None:
    assert peel(Text(text, "x")).layers == ()


def test_short_base64_counts_where_the_carrier_wants_it() -> None:
    assert peel(Text("ZWNobyBoaQ==", "x"), True).text.value == "echo hi"


def test_a_gzip_bomb_is_refused_with_its_reason() -> None:
    bomb = encoded(gzip.compress(b"\0" * (64 * LIMIT)))
    data = decode(Text(bomb, "x"), encoded=True)
    assert data.problem is not None
    assert str(LIMIT) in data.problem
    assert not data.complete
    assert isinstance(data.max_pods, Unknown)


@pytest.mark.parametrize("cut", [-8, -20, 12])
def test_damaged_gzip_is_a_problem_and_no_crash(cut: int) -> None:
    data = decode(Text(encoded(gzip.compress(ARCHIVE.encode())[:cut]), "x"), encoded=True)
    assert data.problem in ("the gzip data is cut off", "the gzip data is damaged")
    assert isinstance(data.max_pods, Unknown)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n",
        "\0" * 50,
        "--",
        "MIME-Version: 1.0",
        "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=",
        "﻿",
        "<powershell>",
        "[" * 5000,
        "{" * 5000,
        "- " * 5000,
        "$(" * 3000,
        '"' * 3001,
        "<<EOF\n" * 500,
        "`" * 999,
        "$((" * 2000,
        "\ud800 --max-pods=3",
    ],
)
@pytest.mark.parametrize(
    "prefix", ["", "#!/bin/bash\n", "#cloud-config\n", "apiVersion: node.eks.aws/v1alpha1\n", "[settings.kubernetes]\n"]
)
def test_hostile_text_never_raises(prefix: str, text: str) -> None:
    for carrier in (True, False, None):
        data = decode(Text(prefix + text, "x"), encoded=carrier)
        assert data.max_pods is not None
    assert is_user_data(Text(text, "x")) is False


def test_more_parts_than_are_read_leave_it_open() -> None:
    part = "--B\nContent-Type: text/x-shellscript\n\n#!/bin/bash\ntrue\n"
    text = Text("MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=B\n\n" + part * (PARTS + 5) + "--B--\n", "x")
    data = decode(text, encoded=False)
    assert len(data.parts) <= PARTS
    assert not data.complete


@pytest.mark.parametrize(
    "written", ['boundary="==MY=="', "boundary===MY==", "BOUNDARY='==MY=='", '\n boundary="==MY=="; charset=x']
)
def test_boundaries_in_every_spelling(written: str) -> None:
    mime = split(Text(f"Content-Type: multipart/mixed; {written}\nMIME-Version: 1.0\n\n--==MY==\n\n#!/bin/sh\n--==MY==--\n", "x"))
    assert mime is not None
    assert mime.boundary == "==MY=="
    assert (mime.uses, mime.closed, mime.version) == (1, True, True)


def test_carriage_returns_change_no_place() -> None:
    data = decode(Text(ARCHIVE.replace("\n", "\r\n"), "a.mime"))
    assert isinstance(data.max_pods, Known)
    assert str(data.max_pods.places[0]) == "a.mime:12:16"
    assert [p.malformations for p in data.parts] == [(), ("returns",)]


def test_the_first_known_content_type_counts() -> None:
    data = decode(Text(ARCHIVE, "a.mime"))
    assert [p.kind for p in data.parts] == ["node-config", "shell"]
    assert data.parts[1].media_types == ["text/x-shellscript", 'charset="us-ascii"']


def test_a_missing_closing_boundary_is_a_fact() -> None:
    mime = decode(Text(ARCHIVE.replace("--//--\n", ""), "a.mime")).mime
    assert mime is not None
    assert not mime.closed
    assert len(mime.bodies) == 2


def test_an_opening_boundary_that_nothing_follows_ends_the_message_as_in_go() -> None:
    for end, closed in (("--//\n", True), ("--//", False), ("--//\n\n", False)):
        mime = decode(Text(ARCHIVE.replace("--//--\n", end), "a.mime")).mime
        assert mime is not None
        assert mime.closed is closed


def test_a_boundary_that_no_line_uses_is_a_fact() -> None:
    data = decode(Text(ARCHIVE.replace('boundary="//"', 'boundary="=="'), "a.mime"))
    assert data.mime is not None
    assert data.mime.uses == 0
    assert isinstance(data.max_pods, Unknown)


def test_a_blank_line_before_the_headers_is_a_fact() -> None:
    for text, expected in ((ARCHIVE, True), ("\n" + ARCHIVE, False)):
        mime = decode(Text(text, "a.mime")).mime
        assert mime is not None
        assert mime.at_start is expected


def test_no_boundary_at_all() -> None:
    mime = decode(Text(ARCHIVE.replace('; boundary="//"', ""), "a.mime")).mime
    assert mime is not None
    assert mime.multipart
    assert mime.boundary is None


def test_a_body_without_a_blank_line_before_it_is_still_read() -> None:
    data = decode(Text(ARCHIVE.replace("node.eks.aws\n\napi", "node.eks.aws\napi"), "a.mime"))
    assert data.parts[0].malformations == ("no-blank-line",)
    assert isinstance(data.max_pods, Known)
    assert str(data.max_pods.places[0]) == "a.mime:11:16"


def test_a_part_with_a_transfer_encoding() -> None:
    body = base64.encodebytes(NODE_CONFIG.encode()).decode()
    text = ARCHIVE.replace(NODE_CONFIG, body).replace("node.eks.aws\n", "node.eks.aws\nContent-Transfer-Encoding: base64\n", 1)
    data = decode(Text(text, "a.mime"))
    assert data.parts[0].layers == ("base64",)
    assert isinstance(data.max_pods, Known)
    assert data.max_pods.places[0].line in (8, 9, 10)


def test_quoted_printable_parts() -> None:
    text = ARCHIVE.replace("maxPods: 58", "maxPods=3A 58").replace("aws\n", "aws\nContent-Transfer-Encoding: quoted-printable\n", 1)
    found = decode(Text(text, "a.mime")).max_pods
    assert isinstance(found, Known)
    assert (found.value, found.places[0].line) == (58, 13)


@pytest.mark.parametrize(
    "before",
    ["\n--//\nContent-Type: application", "\n--//\nContent-Type: text", "#!/bin/bash", "--//--"],
)
def test_a_template_between_the_parts_leaves_it_open(before: str) -> None:
    text = ARCHIVE.replace("      maxPods: 58\n", "      kubeReserved: {}\n").replace(
        before, "\n${extra}\n" * (before[0] == "\n") + before, 1
    )
    text = text.replace(before, "${extra}\n" * (before[0] != "\n") + before)
    data = decode(Text(text, "a.tpl"))
    assert not data.complete
    assert isinstance(data.max_pods, Unknown)


def test_what_stands_behind_the_closing_boundary_is_nobodys() -> None:
    data = decode(Text(ARCHIVE.replace("      maxPods: 58\n", "") + "${trailer}\n", "a.tpl"))
    assert data.complete


def test_nested_archives_are_read_as_one() -> None:
    inner = ARCHIVE.split("\n", 1)[1].replace("//", "in")
    text = f"MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=out\n\n--out\n{inner}\n--out--\n"
    data = decode(Text(text, "a.mime"))
    assert [p.kind for p in data.parts] == ["node-config", "shell"]
    assert all("nested" in p.malformations for p in data.parts)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (ARCHIVE, True),
        (NODE_CONFIG, True),
        (encoded(ARCHIVE), True),
        ("#!/bin/bash\n/etc/eks/bootstrap.sh prod\n", True),
        ("#!/bin/bash\nsystemctl stop nginx\n", False),
        ("#cloud-config\nruncmd:\n  - /etc/eks/bootstrap.sh prod\n", True),
        ("#cloud-config\npackages: [nginx]\n", False),
        ("[settings.kubernetes]\ncluster-name = 'prod'\n", True),
        ("[settings.host-containers.admin]\nenabled = true\n", False),
        ("[tool.poetry]\nname = 'x'\n", False),
        ("<powershell>\n& 'C:\\Program Files\\Amazon\\EKS\\Start-EKSBootstrap.ps1' -EKSClusterName x\n</powershell>", True),
        ("<powershell>\nInstall-WindowsFeature Web-Server\n</powershell>", False),
        ("MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=B\n\n--B\nContent-Type: text/plain\n\nhello\n--B--\n", False),
        ("apiVersion: v1\nkind: ConfigMap\n", False),
        ("The bootstrap.sh of AL2 reads /etc/eks/eni-max-pods.txt.\n", False),
    ],
)
def test_which_files_are_user_data(text: str, expected: bool) -> None:
    assert is_user_data(Text(text, "x")) is expected
