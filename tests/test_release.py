"""A release is published by who can do nothing else; what is asked of reporters can be answered."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from finops_report import __version__

ROOT = Path(__file__).parent.parent
JOBS: dict[str, Any] = yaml.safe_load((ROOT / ".github/workflows/release.yml").read_text(encoding="utf-8"))["jobs"]
FORMS = sorted((ROOT / ".github/ISSUE_TEMPLATE").glob("*.yml"))


def test_only_the_job_that_publishes_may_and_it_runs_nothing_of_ours() -> None:
    assert [name for name, job in JOBS.items() if "id-token" in job["permissions"]] == ["publish"]
    assert JOBS["publish"]["permissions"] == {"id-token": "write"}
    assert JOBS["publish"]["environment"] == "pypi"
    assert not [step for step in JOBS["publish"]["steps"] if "run" in step or "checkout" in step["uses"]]
    assert JOBS["build"]["permissions"] == {"contents": "read"}


def test_every_action_is_pinned_to_a_commit() -> None:
    for job in JOBS.values():
        for step in job["steps"]:
            assert re.fullmatch(r"[\w./-]+@[0-9a-f]{40}", step.get("uses", "a/b@" + "0" * 40))


def test_no_key_is_kept_for_a_release() -> None:
    assert "secrets." not in (ROOT / ".github/workflows/release.yml").read_text(encoding="utf-8")


def test_what_is_built_is_what_is_published() -> None:
    uploaded = [step["with"]["name"] for step in JOBS["build"]["steps"] if "upload-artifact" in step.get("uses", "")]
    (fetched,) = [step["with"]["name"] for step in JOBS["publish"]["steps"] if "download-artifact" in step["uses"]]
    assert fetched in uploaded
    assert any(step.get("run") == "make package" for step in JOBS["build"]["steps"])
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    recipe = makefile.partition("\npackage:")[2].partition("\n\n")[0]
    for part in (
        "python -m build",
        "twine check --strict",
        "check-wheel-contents",
        "cyclonedx-py",
        "build/sbom.cdx.json",
    ):
        assert part in recipe


def test_the_changelog_has_the_version_below_what_is_not_released() -> None:
    headings = re.findall(r"^## (.+)$", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert headings[0] == "Unreleased"
    assert re.fullmatch(re.escape(__version__) + r" \(\d{4}-\d{2}-\d{2}\)", headings[1])


def test_what_goes_is_said_where_versions_are_promised() -> None:
    policy = (ROOT / "docs/compatibility.md").read_text(encoding="utf-8").partition("## Deprecation")[2]
    assert "two minor versions" in policy
    for page in ("README.md", "CONTRIBUTING.md"):
        assert "docs/compatibility.md" in (ROOT / page).read_text(encoding="utf-8")


@pytest.mark.parametrize("form", [form for form in FORMS if form.name != "config.yml"], ids=lambda form: form.stem)
def test_a_form_has_what_github_wants_of_one(form: Path) -> None:
    asked = yaml.safe_load(form.read_text(encoding="utf-8"))
    assert {"name", "description", "body"} <= asked.keys()
    ids = [part["id"] for part in asked["body"] if part["type"] != "markdown"]
    assert len(set(ids)) == len(ids) > 0
    for part in asked["body"]:
        assert part["type"] in {"markdown", "input", "textarea", "dropdown", "checkboxes"}
        assert part["attributes"].get("label" if part["type"] != "markdown" else "value")
