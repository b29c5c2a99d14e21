"""What the documentation shows is what happens: the commands of a page run in their order and print what it says."""

import pytest
from support.documents import PAGES, Example, blocks, examples, folder_with_samples, matches, run_as_shown

SHOWN = {page: found for page, text in PAGES.items() if (found := examples(text))}


@pytest.mark.slow
@pytest.mark.parametrize("page", SHOWN)
def test_the_commands_of_a_page_print_what_it_shows(page, tmp_path):
    folder = folder_with_samples(tmp_path)
    for example in SHOWN[page]:
        code, printed = run_as_shown(example.command, folder)
        assert code == example.code, (example.command, printed)
        if example.output is not None:
            assert matches(example.output, printed), (example.command, printed)


def test_the_tutorial_shows_a_decision_an_audit_a_list_a_calendar_and_a_picture():
    shown = [example.command.split()[1] for example in SHOWN["docs/tutorial.md"]]
    assert list(dict.fromkeys(shown)) == ["check", "audit", "due", "calendar", "timeline"]


def test_a_block_that_is_not_run_says_why():
    skipped = [line for text in PAGES.values() for line in text.splitlines() if line.startswith("<!-- not run")]
    assert skipped
    assert [line for line in skipped if len(line.partition("not run: ")[2].removesuffix(" -->")) < 10] == []


PAGE = """
<!-- exits with 2 -->
```console
$ one \\
    --as-of 1
first
...
last
$ two
```

<!-- not run: needs a cluster -->
```sh
three
```

```sh
four
```
"""


def test_commands_are_taken_with_output_and_exit_code():
    assert examples(PAGE) == [
        Example("one --as-of 1", "first\n...\nlast\n", 0),
        Example("two", "", 2),
        Example("four", None, 0),
    ]
    assert [block.kind for block in blocks(PAGE)] == ["console", "sh"]


@pytest.mark.parametrize(
    ("shown", "printed", "expected"),
    [
        ("a\n", "a\n", True),
        ("a\n", "a\nb\n", False),
        ("a\n...\nc\n", "a\nb\nb\nc\n", True),
        ("a\n...\nc\n", "a\nb\n", False),
        ("a ...\n", "a b\n", True),
        ("a.c\n", "abc\n", False),
        ("...\n", "anything\n", True),
        ("", "anything\n", False),
    ],
)
def test_dots_stand_for_any_text(shown, printed, expected):
    assert matches(shown, printed) is expected
