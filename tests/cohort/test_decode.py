"""Texts that several threads read into one list."""

import polars as pl

from protocols import CURRENT
from scheduler.cohort.decode import Decoder
from scheduler.columns import event_columns


class LateTexts:
    """Texts of which another thread has taken the first two places and not yet put its text into the second."""

    def __init__(self, texts):
        self._texts = texts
        self.is_late = True

    def __getitem__(self, place):
        if self.is_late and place == 1:
            raise IndexError(place)
        return self._texts[place]


def test_a_text_that_another_thread_is_about_to_add_is_read_when_it_is_there():
    meanings = Decoder(CURRENT, event_columns(CURRENT))._meanings["date"]
    distinct = meanings._distinct
    others = pl.Series(["2026-01-01", "2026-01-02"])
    own = pl.Series(["2026-01-03"])
    others.cast(distinct._holder.dtype)
    distinct._texts = late = LateTexts(distinct._texts)

    assert meanings.values(own).cast(pl.Date).dt.to_string().to_list() == ["2026-01-03"]
    late.is_late = False
    assert meanings.values(others).cast(pl.Date).dt.to_string().to_list() == ["2026-01-01", "2026-01-02"]
