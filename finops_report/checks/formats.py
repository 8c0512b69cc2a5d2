"""Write checks as lines for people, as JSON, as GitHub's workflow commands, and as JUnit's XML."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from xml.etree import ElementTree

from finops_report.checks.checking import Check, Level
from finops_report.wording.plain import printable

NO_XML = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
COMMANDS: Mapping[Level, str] = {"breach": "error", "watch": "warning", "unknown": "warning"}
OLD_COMMAND = re.compile("##(?=\\[)")  # which GitHub still obeys wherever it stands in a line


def text(found: tuple[Check, ...]) -> str:
    """Return a line a check: its level, its name, how it stands."""
    return "".join(f"{printable(f'{one.level:8}{_named(one)}: {one.text}')}\n" for one in found)


def as_json(found: tuple[Check, ...]) -> str:
    """Return an object with all checks, their figures, and whether one is breached."""
    document = {
        "schema": 1,
        "breached": any(one.level == "breach" for one in found),
        "checks": [
            {"kind": one.kind, "name": one.name, "level": one.level, "text": one.text, "figures": dict(one.figures)}
            for one in found
        ],
    }
    return json.dumps(document, default=_plain, ensure_ascii=False, indent=1, allow_nan=False) + "\n"


def github(found: tuple[Check, ...]) -> str:
    """Return an error or warning a check that is not kept, as GitHub's runners read them, and plain lines else."""
    return "".join(_command(one) if one.level in COMMANDS else _no_command(one) for one in found)


def junit(found: tuple[Check, ...]) -> str:
    """Return one test a check: breaches have failed, what is not known was skipped."""
    levels = [one.level for one in found]
    suite = ElementTree.Element("testsuite", name="finops-report", tests=str(len(found)))
    suite.attrib |= {"failures": str(levels.count("breach")), "errors": "0", "skipped": str(levels.count("unknown"))}
    for one in found:
        suite.append(_testcase(one))
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ElementTree.tostring(suite, encoding="unicode") + "\n"


FORMATS: Mapping[str, Callable[[tuple[Check, ...]], str]] = {
    "text": text,
    "json": as_json,
    "github": github,
    "junit": junit,
}


def _named(one: Check) -> str:
    return f"{one.kind} {one.name}"


def _command(one: Check) -> str:
    title = _escaped(_named(one)).replace(":", "%3A").replace(",", "%2C")
    return f"::{COMMANDS[one.level]} title={title}::{_escaped(one.text)}\n"


def _escaped(value: str) -> str:
    return value.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _no_command(one: Check) -> str:
    return OLD_COMMAND.sub("# #", text((one,)))


def _testcase(one: Check) -> ElementTree.Element:
    case = ElementTree.Element("testcase", classname=f"finops-report.{one.kind}", name=_xml(one.name), time="0")
    if one.level == "breach":
        ElementTree.SubElement(case, "failure", message=_xml(one.text)).text = _xml(one.text)
    elif one.level == "unknown":
        ElementTree.SubElement(case, "skipped", message=_xml(one.text))
    else:
        ElementTree.SubElement(case, "system-out").text = _xml(one.text)
    return case


def _xml(value: str) -> str:
    """Return a text without the signs that XML cannot hold."""
    return NO_XML.sub("\N{REPLACEMENT CHARACTER}", value)


def _plain(value: object) -> object:
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"no JSON for {type(value).__name__}")
