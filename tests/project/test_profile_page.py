"""docs/reference/profile.md: its examples are profiles that can be read, and no part or key is without one."""

import tomllib

import pytest
from support.documents import PAGES, blocks

from spine_vigil.protocols import CURRENT
from spine_vigil.scheduler.intake.columns import PROFILE_FIELDS
from spine_vigil.scheduler.intake.profile_file import _PARTS, read_profile

PAGE = PAGES["docs/reference/profile.md"]
PROFILES = [block.text for block in blocks(PAGE) if block.kind == "toml"]
FILES = {block.note: block.text for block in blocks(PAGE) if block.kind == "text"}


@pytest.mark.parametrize("text", PROFILES, ids=[text.partition("\n")[0] for text in PROFILES])
def test_an_example_is_a_profile_that_can_be_read(text, tmp_path):
    for name, content in FILES.items():
        (tmp_path / name).write_text(content, encoding="utf-8")
    (tmp_path / "site.toml").write_text(text, encoding="utf-8")
    found = read_profile(tmp_path / "site.toml", CURRENT)
    assert found.events != read_profile_of_nothing(tmp_path).events or "[patients" in text


def read_profile_of_nothing(folder):
    (folder / "nothing.toml").write_text("", encoding="utf-8")
    return read_profile(folder / "nothing.toml", CURRENT)


def test_every_part_and_every_key_has_an_example():
    shown = {}
    for text in PROFILES:
        for part, table in tomllib.loads(text).items():
            shown.setdefault(part, set()).update(table)
    assert set(shown) == {*_PARTS, "patients"}
    for part, keys in _PARTS.items():
        assert keys is None or shown[part] == set(keys), part


def test_the_fields_of_a_profile_are_explained():
    assert set(FILES) == {"procedures.csv", "diagnoses.csv"}
    assert [name for name in PROFILE_FIELDS if f"| `{name}` | " not in PAGE] == []
